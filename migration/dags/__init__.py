"""What Airflow runs; its Git bundle reads this folder, and puts it on the path, so modules here import each other bare."""
