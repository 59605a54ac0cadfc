using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Disk;

namespace Duramen.Cli.Bench;

/// <summary>What the benchmarks share: where they work, how often, and how their figures are printed.</summary>
internal sealed class BenchSession : IDisposable
{
    public static CommandOption Folder { get; } = new("--folder", "DIR", "where to work, on the disk to be measured (default: the current folder). A new folder is made in it and removed afterwards");

    public static CommandOption Runs { get; } = new("--runs", "N", "how often to measure; the medians are printed (default 5)", new(1, 1000));

    public static CommandOption Size { get; } = new("--size", "BYTES", "bytes of records in each run", new(1 << 20));

    private readonly List<BenchRow> _rows = [];
    private readonly bool _isJson;

    private BenchSession(string? path, int runs, long sizeBytes, bool isJson)
    {
        Path = path ?? "";
        RunCount = runs;
        SizeBytes = sizeBytes;
        _isJson = isJson;
        if (path is not null)
        {
            Disk.CreateFolder(path);
        }
    }

    public static IDisk Disk => FolderSession.Disk;

    public string Path { get; }

    public int RunCount { get; }

    public long SizeBytes { get; }

    public static BenchSession Begin(CommandInput input, long sizeBytes) => new(
        System.IO.Path.Combine(System.IO.Path.GetFullPath(input.Text(Folder.Name) ?? "."), $"duramen-bench-{Guid.NewGuid():N}"),
        (int)(input.Number(Runs) ?? 5),
        input.Number(Size) ?? sizeBytes,
        FolderSession.IsJson(input));

    /// <summary>Begins one that needs no folder.</summary>
    public static BenchSession BeginRemote(CommandInput input, long sizeBytes) =>
        new(null, (int)(input.Number(Runs) ?? 5), input.Number(Size) ?? sizeBytes, FolderSession.IsJson(input));

    /// <summary>Adds figures that are measured to what is printed at the end, and tells each at once.</summary>
    public void Add(params ReadOnlySpan<BenchFigure> figures)
    {
        foreach (BenchFigure figure in figures)
        {
            BenchRow row = figure.ToRow();
            _rows.Add(row);
            Messages.Tell($"{row.Name}: {BenchRow.Format(row.Value)} {row.Unit}");
        }
    }

    public void Print()
    {
        using var output = new StandardOutput();
        if (_isJson)
        {
            WriteJson(output);
        }
        else
        {
            WriteTable(output);
        }

        output.Flush();
    }

    public void Dispose()
    {
        if (Path.Length > 0)
        {
            Disk.DeleteFolder(Path);
        }
    }

    // A table for people that is one in Markdown too.
    private void WriteTable(StandardOutput output)
    {
        string[][] lines =
        [
            ["what", "figure", "plain program", "ratio", "smallest-largest", "target"],
            .. _rows.Select(static row => (string[])
            [
                row.Name,
                $"{BenchRow.Format(row.Value)} {row.Unit}",
                row.Baseline is double plain ? $"{BenchRow.Format(plain)} {row.Unit}" : "",
                row.Ratio is double ratio ? BenchRow.Format(ratio) : "",
                row.Spread,
                row.Target,
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        for (int index = 0; index < lines.Length; index++)
        {
            output.WriteLine($"| {string.Join(" | ", lines[index].Select((cell, column) => cell.PadRight(widths[column])))} |");
            if (index == 0)
            {
                output.WriteLine($"|{string.Join('|', widths.Select(static width => new string('-', width + 2)))}|");
            }
        }
    }

    private void WriteJson(StandardOutput output)
    {
        using var json = new JsonOutput(output);
        foreach (BenchRow row in _rows)
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteString("name"u8, row.Name);
            json.Writer.WriteNumber("value"u8, row.Value);
            json.Writer.WriteString("unit"u8, row.Unit);
            WriteNumber(json, "baseline", row.Baseline);
            WriteNumber(json, "ratio", row.Ratio);
            json.Writer.WriteString("spread"u8, row.Spread);
            json.Writer.WriteString("target"u8, row.Target);
            json.Writer.WriteEndObject();
            json.EndLine();
        }
    }

    private static void WriteNumber(JsonOutput json, string name, double? value)
    {
        if (value is double number)
        {
            json.Writer.WriteNumber(name, number);
        }
        else
        {
            json.Writer.WriteNull(name);
        }
    }
}
