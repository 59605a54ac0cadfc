using System.Globalization;
using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Core.Ids;
using Duramen.State.Audit;

namespace Duramen.Cli.Audit;

internal static class ProveCommand
{
    private static readonly CommandArgument Offset = new("OFFSET", "the record");
    private static readonly CommandOption Since = new("--since", "SEAL", "also prove that the history goes on from the one in this file, which 'audit seal' wrote");

    public static Command Command { get; } = new()
    {
        Name = "audit prove",
        Summary = "Print a proof that a record is part of a partition's history",
        Description =
            "Prints the proof as one JSON object. It has the batch with the record in it, and all that 'audit verify' needs to check it but a seal: neither log nor server. The history\n"
            + "is that as of --as-of; give the asOf of the seal that the proof is to be checked with, or --since with the seal itself.",
        Arguments = [LogSource.Log, Offset],
        Options = [Since, TrailSession.AsOf, .. TrailSession.Options],
        Examples =
        [
            "duramen audit prove orders 1234 --as-of 1500 > proof.json",
            "duramen audit prove orders 1234 --since orders.seal > proof.json",
            "duramen audit prove orders 1234 --data ./duramen-data --trail ~/trails/orders > proof.json",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        Offset offset = long.TryParse(input.Argument(1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? new Offset(number)
            : throw input.Wrong($"{Offset.Name} is '{input.Argument(1)}' and must be a whole number, 0 or more");
        Offset? asOf = input.Number(TrailSession.AsOf) is long end ? new Offset(end) : null;
        AuditSeal? since = input.Text(Since.Name) is string path ? TrailSession.ReadSeal(path) : null;
        await using LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        using AuditTrail trail = await TrailSession.OpenAsync(source, input, interrupted).ConfigureAwait(false);
        AuditProof proof = await trail.ProveAsync(offset, since, asOf, interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        AuditJson.Write(json.Writer, proof);
        json.EndLine();
        output.Flush();
        return CommandRunner.Done;
    }
}
