# SPDX-License-Identifier: Apache-2.0
"""Two tasks in a row; the second reads a file that lies beside the DAG in the repository."""

import datetime
import pathlib

from airflow.decorators import dag, task

QUERY = pathlib.Path(__file__).parent / "sql" / "daily_report.sql"


@dag(schedule="0 6 * * *", start_date=datetime.datetime(2026, 1, 1), catchup=False, tags=["sample"])
def daily_report():
    @task
    def load():
        return {"rows": 42}

    @task
    def report(loaded):
        print(f"{loaded['rows']} rows for: {QUERY.read_text()}")

    report(load())


daily_report()
