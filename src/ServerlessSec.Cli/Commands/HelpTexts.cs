namespace ServerlessSec.Cli.Commands;

/// <summary>Examples and exit codes under the generated help; one short text per command.</summary>
internal static class HelpTexts
{
    /// <param name="command">As one types it.</param>
    public static string Of(string command) => command switch
    {
        "serverlesssec" => """
            Examples:
              serverlesssec scan template.yaml
              serverlesssec scan build/function.zip --format sarif --output scan.sarif
              serverlesssec scan --function checkout
              serverlesssec explain SLS1001

            """,
        "serverlesssec scan" => """
            A PATH is a SAM or CloudFormation template, a deployment package (zip or jar),
            or a directory: one with a template is that template's application, any other
            is an unpacked deployment package. A container image is OCI's layout, an
            archive of it or of 'docker save', or REGISTRY/NAME:TAG or @DIGEST, read from
            the registry layer by layer, with what 'docker login' wrote into config.json
            in $DOCKER_CONFIG, else ~/.docker. Helper programs that keep credentials are
            not asked.

            --function and --account look at what is deployed, with the credentials and
            the Region of the AWS command line, and change nothing. Only --account sees
            what functions have in common: shared roles, loops. docs/operations.md lists
            the permissions; what is refused is a gap that names the one it lacks.

            Examples:
              serverlesssec scan template.yaml --parameters Stage=prod
              serverlesssec scan function.zip --layer shared-layer.zip --advisories builtin
              serverlesssec scan image.tar
              serverlesssec scan registry.example.com/team/shop:1.4.2
              serverlesssec scan . --format json --output report.json --fail-on none
              serverlesssec scan . --baseline report.json       only what is new counts
              serverlesssec scan function.zip --vex vendor.openvex.json
              serverlesssec scan --function checkout --function pay:live
              serverlesssec scan --account --region eu-central-1 --profile audit

            Exit codes:
              0  nothing at or above --fail-on
              1  findings at or above --fail-on
              2  wrong usage, or an input that is not there
              3  incomplete: gaps with --strict, or no function in the input
              4  a fault of this program

            """,
        "serverlesssec sbom" => """
            Examples:
              serverlesssec sbom function.zip --output function.cdx.json
              serverlesssec sbom registry.example.com/team/shop:1.4.2
              serverlesssec sbom . | jq '.components[].purl'

            """,
        "serverlesssec rules" => """
            Examples:
              serverlesssec rules
              serverlesssec rules SLS1001

            """,
        "serverlesssec advisories" => """
            Advisories are kept in one file per ecosystem: in $SERVERLESSSEC_CACHE, else
            $XDG_CACHE_HOME/serverlesssec, else ~/.cache/serverlesssec. A scan downloads
            what it lacks unless --offline or --advisories says otherwise.

            Examples:
              serverlesssec advisories update npm PyPI
              serverlesssec advisories build --from osv-export/ --output advisories/
              serverlesssec scan function.zip --advisories advisories/

            """,
        "serverlesssec findings" => """
            Reads the table of a deployed scanner: --table, else SERVERLESSSEC_TABLE, else
            the one of --stack. Without --function only what is open can be asked for.
            The exit code is 0 whatever there is to show.

            Examples:
              serverlesssec findings --severity high
              serverlesssec findings --advisory CVE-2021-44228
              serverlesssec findings --function checkout --status all
              serverlesssec findings --stack scanner --format json | jq '.findings[].rule'

            """,
        "serverlesssec doctor" => """
            Looks at the stack, what tells it of deployments, Security Hub, dead letters,
            scans, advisories and publishing, and changes nothing.

            Examples:
              serverlesssec doctor
              serverlesssec doctor --stack scanner --region eu-central-1 --format json

            Exit codes:
              0  nothing to mend; warnings do not count
              1  something is not scanned or not told until it is mended
              2  wrong usage, or AWS cannot be reached
              3  something could not be looked at

            """,
        "serverlesssec completion" => """
            Examples:
              source <(serverlesssec completion bash)
              serverlesssec completion fish > ~/.config/fish/completions/serverlesssec.fish

            """,
        _ => "",
    };
}
