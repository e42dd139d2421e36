"""What the launcher runs: `python -P -m embedded.aws_plugin --bundle DIR [engine address]`."""

from embedded.aws_plugin.light import skip_grpc_extras, skip_pulumi_sdk

if __name__ == "__main__":
    skip_grpc_extras()
    skip_pulumi_sdk()  # before anything imports pulumi's protocol modules
    from embedded.aws_plugin.server import main

    main()
