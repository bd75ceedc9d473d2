"""The VPC, its way in and its ways out."""
