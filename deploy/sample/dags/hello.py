# SPDX-License-Identifier: Apache-2.0
"""The smallest DAG: one task that greets."""

import datetime

from airflow.decorators import dag, task


@dag(schedule="@daily", start_date=datetime.datetime(2026, 1, 1), catchup=False, tags=["sample"])
def hello():
    @task
    def greet():
        print("Hello from git-sync")

    greet()


hello()
