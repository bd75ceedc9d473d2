"""How applications get to run: ECR, who pushes, the applications, Airflow."""
