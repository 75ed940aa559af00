# SPDX-License-Identifier: Apache-2.0
"""A DAG for Airflow 2 and 3: one task that says where its code was read from."""

from datetime import datetime

try:
    from airflow.sdk import DAG, task
except ImportError:
    from airflow import DAG
    from airflow.decorators import task

with DAG("first_dag", schedule=None, start_date=datetime(2026, 1, 1), catchup=False):

    @task
    def where():
        print("read from", __file__)

    where()
