"""What must turn the controls of DNS red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

LOGGED = "route53-public-zone-queries-logged"
IN_TIME = "route53-failover-in-time"

MUTATIONS = (
    Mutation(control=LOGGED, resource="zone", remove=("zone-queries",), says="its queries are not logged"),
    Mutation(
        control=LOGGED,
        resource="zone",
        of="zone-queries",
        change={"cloudwatchLogGroupArn": DELETE},
        says="cloudwatchLogGroupArn is not set",
    ),
    Mutation(control=LOGGED, resource="zone", of="zone-queries", unknown=("zoneId",)),
    Mutation(control=LOGGED, resource="zone", unknown=("vpcs",)),
    Mutation(
        control=LOGGED,
        resource="zone",
        change={"vpcs": [{"vpcId": "vpc-1"}]},
        says="it is a private zone",
        not_applicable=True,
    ),
    *(
        Mutation(
            control=IN_TIME,
            resource="health",
            of=of,
            change=change,
            says=f"{parts} s of cached answers are {seconds} s, they must be at most 30",
        )
        for of, change, parts, seconds in (
            ("health", {"failureThreshold": DELETE}, "10 s x 3 failures and 10", 40),
            ("health", {"requestInterval": "30"}, "30 s x 2 failures and 10", 70),
            ("failover-record", {"ttl": 60}, "10 s x 2 failures and 60", 80),
            ("failover-record", {"ttl": DELETE}, "10 s x 2 failures and 60", 80),
        )
    ),
    Mutation(
        control=IN_TIME,
        resource="health-behind",
        of="calculated-record",
        change={"ttl": 60},
        says="10 s x 2 failures and 60 s of cached answers are 80 s, they must be at most 30",
    ),
    Mutation(control=IN_TIME, resource="health", unknown=("failureThreshold",)),
    Mutation(control=IN_TIME, resource="health", of="failover-record", unknown=("ttl",)),
    Mutation(
        control=IN_TIME,
        resource="health",
        change={"type": "CALCULATED"},
        says="a check of type CALCULATED sends no requests",
        not_applicable=True,
    ),
)
