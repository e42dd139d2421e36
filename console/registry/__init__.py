"""The contract registry in SSM Parameter Store: publish contracts, find them from any account and region (CON-2).

`publishing` writes, `reading` answers, `judging` asks whether a new version breaks somebody; `bundle` is the form of a
published contract, `parameters` the calls to AWS, `cache` what is kept on this machine.
"""
