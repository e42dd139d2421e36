"""What must turn the controls of certificates red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

CONTROL = "acm-certificate-strong-and-renewed"
STRONG = '"RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"'

MUTATIONS = (
    *(
        Mutation(control=CONTROL, resource="certificate", change=change, says=says)
        for change, says in (
            ({"keyAlgorithm": "RSA_1024"}, f'keyAlgorithm is "RSA_1024", it must be one of {STRONG}'),
            ({"validationMethod": "EMAIL"}, 'validationMethod is "EMAIL", it must be "DNS"'),
            ({"validationMethod": DELETE}, 'validationMethod is not set, it must be "DNS"'),
            ({"certificateBody": "-----"}, "it is imported, so that AWS does not renew it"),
        )
    ),
    Mutation(control=CONTROL, resource="certificate", unknown=("keyAlgorithm",)),
    Mutation(control=CONTROL, resource="certificate", unknown=("validationMethod",)),
)
