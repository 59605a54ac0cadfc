using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.Core.Ids;
using Duramen.State.Audit;

namespace Duramen.Cli.Audit;

internal static class SealCommand
{
    public static Command Command { get; } = new()
    {
        Name = "audit seal",
        Summary = "Print one hash over a partition's whole history, as of an offset",
        Description =
            "Prints the seal as one JSON object: log, first offset, asOf, batches, root. Whoever keeps it where the log's owner cannot change it can find out later whether the\n"
            + "log still has that history ('audit check'), and be shown that a record is part of it ('audit prove', 'audit verify').",
        Arguments = [LogSource.Log],
        Options = [TrailSession.AsOf, .. TrailSession.Options],
        Examples =
        [
            "duramen audit seal orders > orders.seal",
            "duramen audit seal orders --partition 2 --as-of 1500 --trail ~/trails/orders-2",
            "duramen audit seal orders --data ./duramen-data",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        Offset? asOf = input.Number(TrailSession.AsOf) is long number ? new Offset(number) : null;
        await using LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        using AuditTrail trail = await TrailSession.OpenAsync(source, input, interrupted).ConfigureAwait(false);
        AuditSeal seal = trail.Seal(asOf);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        AuditJson.Write(json.Writer, seal);
        json.EndLine();
        output.Flush();
        Messages.Tell($"sealed {seal.Log} as of {seal.AsOf}: {Wording.Count(seal.Batches, "batch", "batches")} from offset {seal.First} on.");
        return CommandRunner.Done;
    }
}
