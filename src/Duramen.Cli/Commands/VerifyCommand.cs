using System.Text;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Storage.Verification;

namespace Duramen.Cli.Commands;

internal static class VerifyCommand
{
    private static readonly CommandOption Verbose = new("--verbose", null, "also print what harms nothing: dead space, and files that a crash left over");

    public static Command Command { get; } = new()
    {
        Name = "log verify",
        Summary = "Read everything in a folder and report every defect",
        Description =
            "Reads the catalog's copies, the folder's identity, the journal's mark, and every batch, record and index entry of every log, or of one.\n"
            + "Prints one line per defect, with file, byte and offset; exit code 1 when there is one. Opening the folder recovers what a crash left and\n"
            + "repairs the catalog from its other copy; that is said.",
        Arguments = [FolderSession.Folder, FolderSession.Log with { IsOptional = true }],
        Options = [Verbose, FolderSession.Output],
        Examples = ["duramen log verify data", "duramen log verify data orders --output json"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        bool isVerbose = input.Has(Verbose.Name);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        var options = new VerificationOptions
        {
            Log = input.Argument(1),
            Notice = Messages.Say,
            Progress = bytes => Messages.Progress(FormattableString.Invariant($"{bytes >> 20} MiB verified")),
            Report = defect =>
            {
                if (defect.IsDamage || isVerbose)
                {
                    Print(output, isJson ? json : null, defect);
                    output.Flush();
                }
            },
        };
        VerificationSummary summary = await FolderVerifier.RunAsync(FolderSession.Disk, FolderSession.PathOf(input), options, interrupted).ConfigureAwait(false);
        Messages.Progress("");
        string[] verified =
        [
            Wording.Count(summary.Logs, "log"),
            Wording.Count(summary.Segments, "segment"),
            Wording.Count(summary.Batches, "batch", "batches"),
            Wording.Count(summary.Records, "record"),
            Wording.Count(summary.Bytes, "byte"),
        ];
        string defects = summary.Damages == 0 ? "no defects" : Wording.Count(summary.Damages, "defect");
        Messages.Say($"verified {string.Join(", ", verified)}: {defects}.");
        return summary.Damages == 0 ? CommandRunner.Done : CommandRunner.Failed;
    }

    private static void Print(StandardOutput output, JsonOutput? json, Defect defect)
    {
        if (json is null)
        {
            output.WriteLine(Wording.OneLine(Describe(defect)));
            return;
        }

        json.Writer.WriteStartObject();
        json.Writer.WriteString("severity"u8, defect.IsDamage ? "damage" : "note");
        json.Writer.WriteString("code"u8, defect.Code?.Name);
        json.Writer.WriteString("file"u8, defect.File);
        LogJson.WriteNumber(json.Writer, "byte", defect.Position);
        json.Writer.WriteString("log"u8, defect.Log);
        LogJson.WriteNumber(json.Writer, "offset", defect.Offset?.Value);
        json.Writer.WriteString("message"u8, defect.Message);
        json.Writer.WriteEndObject();
        json.EndLine();
    }

    private static string Describe(Defect defect)
    {
        var text = new StringBuilder(defect.Code?.Name ?? "note").Append(": ");
        if (defect.File.Length == 0)
        {
            return text.Append(defect.Message).ToString();
        }

        text.Append(Wording.Name(defect.File));
        if (defect.Position is long position)
        {
            text.Append(FormattableString.Invariant($", byte {position}"));
        }

        if (defect.Log is not null)
        {
            text.Append($", log '{Wording.Name(defect.Log)}'");
        }

        if (defect.Offset is not null)
        {
            text.Append($", offset {defect.Offset}");
        }

        return text.Append(": ").Append(defect.Message).ToString();
    }
}
