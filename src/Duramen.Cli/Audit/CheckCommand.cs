using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Sources;
using Duramen.Cli.Streams;
using Duramen.State.Audit;

namespace Duramen.Cli.Audit;

internal static class CheckCommand
{
    private static readonly CommandOption Seal = new("--seal", "SEAL", "a file that 'audit seal' wrote and that you trust; may be given several times", IsRepeatable: true);

    public static Command Command { get; } = new()
    {
        Name = "audit check",
        Summary = "Check a partition's whole history against seals and a kept trail",
        Description =
            "Reads all that the log has. Prints a line for each seal and where the history differs first, as far as that can be known: exactly with a kept trail (--trail); otherwise between the last\n"
            + "seal that agrees and the first that does not. Exit code 1 when anything differs. JSON is one object.",
        Arguments = [LogSource.Log],
        Options = [Seal, .. TrailSession.Options, FolderSession.Output],
        Examples =
        [
            "duramen audit check orders --seal orders.seal",
            "duramen audit check orders --data ./duramen-data --seal january.seal --seal february.seal --trail ~/trails/orders",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        AuditSeal[] seals = [.. input.Texts(Seal).Select(TrailSession.ReadSeal)];
        bool isJson = FolderSession.IsJson(input);
        if (seals.Length == 0 && !input.Has(TrailSession.Trail.Name))
        {
            throw input.Wrong($"{Seal.Name} or {TrailSession.Trail.Name} is missing: there is nothing to check the history against");
        }

        await using LogSource source = await LogSource.OpenAsync(input).ConfigureAwait(false);
        using AuditTrail trail = await TrailSession.OpenAsync(source, input, interrupted, extend: false).ConfigureAwait(false);
        AuditReport report = await AuditCheck.RunAsync(trail, seals, interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        if (isJson)
        {
            PrintJson(output, report);
        }
        else
        {
            Print(output, report);
        }

        output.Flush();
        return report.IsSound ? CommandRunner.Done : CommandRunner.Failed;
    }

    private static void Print(StandardOutput output, AuditReport report)
    {
        foreach ((AuditSeal seal, string? fault) in report.Seals)
        {
            output.WriteLine(Wording.OneLine($"seal as of {seal.AsOf}: {(fault is null ? "agrees" : $"differs: {fault}")}"));
        }

        if (report.TrimmedBatches + report.ComparedBatches > 0)
        {
            string trimmed = report.TrimmedBatches > 0 ? $", {report.TrimmedBatches} more were trimmed from the log" : "";
            output.WriteLine($"trail: {Wording.Count(report.ComparedBatches, "batch", "batches")} compared{trimmed}");
        }

        if (report.Difference is { } difference)
        {
            output.WriteLine(Wording.OneLine($"first difference: {(difference.IsExact ? $"offset {difference.From}: " : "")}{difference.Message}"));
        }

        output.WriteLine(report.IsSound
            ? $"sound: {Wording.Count(report.Now.Batches, "batch", "batches")} as of {report.Now.AsOf}"
            : $"altered: the history as of {report.Now.AsOf} is not what was sealed");
    }

    private static void PrintJson(StandardOutput output, AuditReport report)
    {
        using var json = new JsonOutput(output);
        json.Writer.WriteStartObject();
        json.Writer.WriteBoolean("sound"u8, report.IsSound);
        json.Writer.WriteStartArray("seals"u8);
        foreach ((AuditSeal seal, string? fault) in report.Seals)
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteNumber("asOf"u8, seal.AsOf.Value);
            json.Writer.WriteString("root"u8, seal.Root.ToString());
            json.Writer.WriteString("fault"u8, fault);
            json.Writer.WriteEndObject();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteNumber("comparedBatches"u8, report.ComparedBatches);
        json.Writer.WriteNumber("trimmedBatches"u8, report.TrimmedBatches);
        if (report.Difference is { } difference)
        {
            json.Writer.WriteStartObject("difference"u8);
            json.Writer.WriteNumber("from"u8, difference.From.Value);
            json.Writer.WriteNumber("to"u8, difference.To.Value);
            json.Writer.WriteBoolean("exact"u8, difference.IsExact);
            json.Writer.WriteString("message"u8, difference.Message);
            json.Writer.WriteEndObject();
        }
        else
        {
            json.Writer.WriteNull("difference"u8);
        }

        json.Writer.WritePropertyName("now"u8);
        AuditJson.Write(json.Writer, report.Now);
        json.Writer.WriteEndObject();
        json.EndLine();
    }
}
