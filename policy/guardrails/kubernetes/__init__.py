"""What a program may declare in a cluster: pods, permissions and secrets."""
