database = Database("workflow-database", DatabaseArgs(network=network, key_arn=key_arn))
workflow = Workflow(
    "workflow",
    WorkflowArgs(
        cluster=cluster,
        namespace=namespace("airflow"),
        database=database,
        key_arn=key_arn,
        dags_repository="https://gitlab.example.com/shop/dags.git",
        monitors=Crds("crds", CrdsArgs(cluster=cluster, namespace=namespace("monitoring"))),
        secret_store="secrets",
        database_secret="secrets/airflow",
    ),
)
