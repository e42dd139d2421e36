"""What the launcher runs: `python -P -m embedded.kubernetes_plugin VERSION [engine address]`."""

from embedded.aws_plugin.light import skip_grpc_extras, skip_pulumi_sdk

if __name__ == "__main__":
    skip_grpc_extras()
    skip_pulumi_sdk()  # before anything imports pulumi's protocol modules
    from embedded.kubernetes_plugin.server import main

    main()
