"""Gives secrets their next value, and their consumers. It runs in a pod and imports nothing else of this repository.

:mod:`components.stores.rotation` puts it there; migration/image has what it starts: Airflow's command, psql, pymongo.
"""
