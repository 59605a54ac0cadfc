using System.Text;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class VerifyTests : IDisposable
{
    private static readonly string[] Logs = ["plain", "packed", "small"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_folder_has_no_defects()
    {
        Fill();

        Outcome outcome = Executable.Do("log", "verify", _folder.Data);

        Assert.Empty(outcome.Output);
        Assert.Contains("no defects", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalog.a")]
    [InlineData("catalog.b")]
    [InlineData("duramen.folder")]
    [InlineData("synced")]
    [InlineData(".segment")]
    [InlineData(".index")]
    [InlineData("000.journal")]
    public void A_flipped_byte_is_named_or_harms_nothing(string kind)
    {
        Fill();
        Dictionary<string, byte[]> sound = Logs.ToDictionary(log => log, log => Executable.Do("log", "read", _folder.Data, log).OutputBytes);
        Dictionary<string, byte[]> files = Directory.GetFiles(_folder.Data, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".journal", StringComparison.Ordinal) || file.EndsWith(kind, StringComparison.Ordinal))
            .ToDictionary(file => file, File.ReadAllBytes);
        var random = new Random(kind.Length);
        foreach (string file in files.Keys.Where(file => file.EndsWith(kind, StringComparison.Ordinal)))
        {
            foreach (int position in Positions(files[file], random, isDense: kind == ".segment"))
            {
                byte[] flipped = [.. files[file]];
                flipped[position] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, flipped);

                Outcome verified = Executable.Run([], "log", "verify", _folder.Data);
                if (verified.ExitCode == 1)
                {
                    Assert.Contains(Path.GetRelativePath(_folder.Data, file), verified.Output, StringComparison.Ordinal);
                }
                else
                {
                    verified.Succeeded();
                    Assert.All(Logs, log => Assert.Equal(sound[log], Executable.Do("log", "read", _folder.Data, log).OutputBytes));
                    Assert.False(kind is "catalog.a" or "catalog.b" or "duramen.folder" or ".segment", $"the flip of byte {position} of {file} was not noticed");
                }

                foreach ((string name, byte[] bytes) in files)
                {
                    File.WriteAllBytes(name, bytes);
                }
            }
        }
    }

    [Fact]
    public void Every_damaged_place_of_a_segment_is_named_with_byte_and_offset()
    {
        string lines = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"record number {number}\n"));
        Executable.Run(lines, "log", "append", _folder.Data, "t", "--batch", "100").Succeeded();
        string segment = Assert.Single(Directory.GetFiles(_folder.Data, "*.segment", SearchOption.AllDirectories));
        byte[] bytes = File.ReadAllBytes(segment);
        foreach (int record in (int[])[3_050, 15_050])
        {
            bytes[bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"record number {record}"))] ^= 1;
        }

        File.WriteAllBytes(segment, bytes);

        Outcome outcome = Executable.Run([], "log", "verify", _folder.Data, "t", "--output", "json");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal([3_000, 15_000], outcome.Json.Select(defect => defect.GetProperty("offset").GetInt32()));
        foreach (JsonElement defect in outcome.Json)
        {
            Assert.Equal("log-corrupt", defect.GetProperty("code").GetString());
            Assert.Equal(Path.GetRelativePath(_folder.Data, segment), defect.GetProperty("file").GetString());
            Assert.InRange(defect.GetProperty("byte").GetInt64(), 1, bytes.Length);
        }
    }

    [Fact]
    public void A_damaged_copy_of_the_catalog_is_repaired_once_it_was_reported()
    {
        Fill();
        string path = Path.Combine(_folder.Data, "catalog.b");
        byte[] catalog = File.ReadAllBytes(path);
        catalog[100] ^= 1;
        File.WriteAllBytes(path, catalog);

        Outcome first = Executable.Run([], "log", "verify", _folder.Data);

        Assert.Equal(1, first.ExitCode);
        Assert.StartsWith("catalog-corrupt: catalog.b, byte 100: ", first.Output, StringComparison.Ordinal);
        Executable.Do("log", "verify", _folder.Data);
    }

    [Fact]
    public void Files_that_do_not_belong_there_and_files_that_are_missing_are_named()
    {
        Fill();
        string segment = Directory.GetFiles(_folder.Data, "*.segment", SearchOption.AllDirectories)[0];
        File.WriteAllText(Path.Combine(_folder.Data, "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(segment)!, "copy"), "mine");
        Directory.CreateDirectory(Path.Combine(_folder.Data, "logs", "unknown"));
        Directory.CreateDirectory(Path.Combine(_folder.Data, "derived", "tables"));

        Outcome unknown = Executable.Run([], "log", "verify", _folder.Data);

        Assert.Equal(1, unknown.ExitCode);
        Assert.Equal(3, unknown.Lines.Count(line => line.StartsWith("file-unknown: ", StringComparison.Ordinal)));

        File.Delete(segment);
        Outcome missing = Executable.Run([], "log", "verify", _folder.Data);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains(Path.GetFileName(segment), missing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_its_identity_is_damaged_for_every_command_and_reported_once()
    {
        Fill();
        File.Delete(Path.Combine(_folder.Data, "duramen.folder"));

        Executable.Run([], "log", "list", _folder.Data).Failed("file-damaged");
        Executable.Run("a\n", "log", "append", _folder.Data, "small").Failed("file-damaged");
        Outcome verified = Executable.Run([], "log", "verify", _folder.Data);

        Assert.Equal(1, verified.ExitCode);
        Assert.StartsWith("file-damaged: ", Assert.Single(verified.Lines), StringComparison.Ordinal);
    }

    // The first and last bytes, where the fields are, and some between.
    private static IEnumerable<int> Positions(byte[] file, Random random, bool isDense)
    {
        int[] chosen = [0, file.Length - 1, Math.Min(30, file.Length - 1), random.Next(file.Length)];
        int[] more = isDense ? [3, 12, 18, 25, random.Next(file.Length), random.Next(file.Length)] : [];
        return chosen.Concat(more).Where(position => position >= 0 && position < file.Length).Distinct();
    }

    private void Fill()
    {
        string lines = string.Concat(Enumerable.Range(0, 2_000).Select(number => $"record number {number}\n"));
        Executable.Run(lines, "log", "append", _folder.Data, "plain", "--batch", "60").Succeeded();
        Executable.Run(lines, "log", "append", _folder.Data, "packed", "--compression", "gzip").Succeeded();
        Executable.Run("one\n", "log", "append", _folder.Data, "small").Succeeded();
    }
}
