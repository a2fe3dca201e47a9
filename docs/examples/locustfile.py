"""Customers of the shop, for Locust: `locust -f locustfile.py --headless -u 20 -r 10 -t 1m --host https://staging.example`."""

import csv
import itertools
import re

from locust import HttpUser, between, tag, task

with open("customers.csv") as file:
    CUSTOMERS = itertools.cycle(list(csv.DictReader(file)))


class Customer(HttpUser):
    wait_time = between(1, 3)

    def on_start(self):
        self.client.verify = "staging-ca.pem"
        page = self.client.get("/log-on")
        csrf = re.search('name="csrf" value="([^"]+)"', page.text)[1]
        account = self.client.post("/log-on", data={**next(CUSTOMERS), "csrf": csrf})  # redirects to /account
        csrf = re.search('name="csrf" value="([^"]+)"', account.text)[1]
        token = self.client.post("/api/token", headers={"X-CSRF-Token": csrf}).json()["access"]["token"]
        self.bearer = {"Authorization": f"Bearer {token}"}

    @task(3)
    @tag("write")
    def add_to_basket(self):
        with self.client.post(
            "/api/basket/4006381333931",
            json={"quantity": 2},
            headers=self.bearer,
            name="add to basket",
            catch_response=True,
        ) as response:
            if response.status_code != 201 or not response.json()["ok"]:
                response.failure("not added")
            elif response.elapsed.total_seconds() > 0.5:
                response.failure("too slow")

    @task(1)
    def see_the_account(self):
        self.client.get("/account")
