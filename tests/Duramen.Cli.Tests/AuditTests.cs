using System.Text;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>Seals and proofs from the command line, of a data folder and over the wire.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_record_is_proved_offline_against_a_seal_and_against_one_that_came_before_it()
    {
        Append("a", "b", "c");
        string old = Save("old.seal", "audit", "seal", "t", "--data", _folder.Data);
        Append("d", "e");
        string now = Save("now.seal", "audit", "seal", "t", "--data", _folder.Data);
        string proof = Save("proof", "audit", "prove", "t", "1", "--data", _folder.Data, "--since", old);
        string late = Save("late", "audit", "prove", "t", "4", "--data", _folder.Data, "--since", old);
        Directory.Delete(_folder.Data, recursive: true);

        Assert.Equal("verified: offset 1 of t is in the history that was sealed as of 3.\n", Executable.Do("audit", "verify", proof, "--seal", old).Output);
        Assert.Equal("verified: offset 4 of t is in the history that was sealed as of 5.\n", Executable.Do("audit", "verify", late, "--seal", old, "--seal", now).Output);
        JsonElement json = Executable.Do("audit", "verify", proof, "--seal", now, "--output", "json").Json[0];
        Assert.Equal((true, 1, "b"), (json.GetProperty("verified").GetBoolean(), json.GetProperty("offset").GetInt64(), json.GetProperty("value").GetString()));

        // The moment that is said is that of the seal that was given, not what the proof says of another one.
        Assert.Equal(3, Executable.Do("audit", "verify", proof, "--seal", old, "--output", "json").Json[0].GetProperty("asOf").GetInt64());

        Outcome uncovered = Executable.Run([], "audit", "verify", late, "--seal", old);
        Assert.Equal(1, uncovered.ExitCode);
        Assert.Contains("No seal covers offset 4", uncovered.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_match_is_said_and_the_exit_code_is_1()
    {
        Append("a", "b", "c");
        string seal = Save("seal", "audit", "seal", "t", "--data", _folder.Data);
        string proof = Save("proof", "audit", "prove", "t", "1", "--data", _folder.Data);
        string root = JsonDocument.Parse(File.ReadAllText(seal)).RootElement.GetProperty("root").GetString()!;
        string forged = Path.Combine(_folder.Root, "forged.seal");
        File.WriteAllText(forged, File.ReadAllText(seal).Replace(root, new string('0', root.Length), StringComparison.Ordinal));

        Outcome verified = Executable.Run([], "audit", "verify", proof, "--seal", forged, "--output", "json");
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("different histories", verified.Json[0].GetProperty("faults")[0].GetString(), StringComparison.Ordinal);
        Outcome check = Executable.Run([], "audit", "check", "t", "--data", _folder.Data, "--seal", forged);
        Assert.Equal(1, check.ExitCode);
        Assert.StartsWith("seal as of 3: differs: ", check.Output, StringComparison.Ordinal);
        Assert.Contains("first difference: The first difference is at or after offset 0 and before 3", check.Output, StringComparison.Ordinal);
        Assert.Equal(1, Executable.Run([], "audit", "prove", "t", "1", "--data", _folder.Data, "--since", forged).Failed("audit-mismatch").ExitCode);
    }

    [Fact]
    public void A_byte_that_was_altered_on_disk_fails_the_check_and_its_offset_is_named()
    {
        Append("first");
        Append("second");
        Append("third");
        string seal = Save("seal", "audit", "seal", "t", "--data", _folder.Data, "--trail", Path.Combine(_folder.Root, "trail"));
        string segment = Directory.EnumerateFiles(_folder.Data, "*", SearchOption.AllDirectories).Single(file => Contains(file, "second") && Contains(file, "third") && !file.Contains("journal", StringComparison.Ordinal));
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[bytes.AsSpan().IndexOf("second"u8)] ^= 1;
        File.WriteAllBytes(segment, bytes);

        foreach (string[] trail in (string[][])[[], ["--trail", Path.Combine(_folder.Root, "trail")]])
        {
            Outcome check = Executable.Run([], ["audit", "check", "t", "--data", _folder.Data, "--seal", seal, "--output", "json", .. trail]);
            Assert.Equal(1, check.ExitCode);
            Assert.False(check.Json[0].GetProperty("sound").GetBoolean());
            Assert.Contains("offset 1", check.Json[0].GetProperty("difference").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_kept_trail_still_proves_its_root_after_a_trim_and_a_new_one_says_from_where_it_could()
    {
        string trail = Path.Combine(_folder.Root, "trail");
        Append("a");
        Append("b");
        string seal = Save("seal", "audit", "seal", "t", "--data", _folder.Data, "--trail", trail);
        Append("c");
        Executable.Do("log", "trim", _folder.Data, "t", "1");

        Assert.Contains("sound: 3 batches as of 3", Executable.Do("audit", "check", "t", "--data", _folder.Data, "--seal", seal, "--trail", trail).Output, StringComparison.Ordinal);
        Outcome refused = Executable.Run([], "audit", "seal", "t", "--data", _folder.Data).Failed("audit-trimmed");
        Assert.Contains("provable from offset 1 on", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, Executable.Do("audit", "seal", "t", "--data", _folder.Data, "--first", "1").Json[0].GetProperty("first").GetInt64());
    }

    [Fact]
    public void A_seal_over_the_wire_is_that_of_the_folder()
    {
        using var server = new RunningServer();
        Executable.Do("topic", "create", "orders", "--partitions", "2", "--bootstrap", server.Bootstrap);
        for (int index = 0; index < 5; index++)
        {
            Executable.Run($"record {index}\n", "produce", "orders", "--partition", "1", "--bootstrap", server.Bootstrap).Succeeded();
        }

        string trail = Path.Combine(_folder.Root, "trail");
        string seal = Save("seal", "audit", "seal", "orders", "--partition", "1", "--bootstrap", server.Bootstrap, "--trail", trail);
        string proof = Save("proof", "audit", "prove", "orders", "3", "--partition", "1", "--bootstrap", server.Bootstrap, "--trail", trail);
        Executable.Do("audit", "check", "orders", "--partition", "1", "--bootstrap", server.Bootstrap, "--trail", trail, "--seal", seal);
        Assert.Contains("--partition", Executable.Run([], "audit", "seal", "orders", "--bootstrap", server.Bootstrap).Errors, StringComparison.Ordinal);
        server.Stop();

        Assert.Equal(File.ReadAllText(seal), Executable.Do("audit", "seal", "orders", "--partition", "1", "--data", server.Data).Output);
        Executable.Do("audit", "verify", proof, "--seal", seal);
        Executable.Do("audit", "check", "orders", "--partition", "1", "--data", server.Data, "--seal", seal);
    }

    [Fact]
    public void Who_appended_each_record_is_listed_over_the_wire_and_from_the_folder()
    {
        using var server = new RunningServer();
        Executable.Do("topic", "create", "orders", "--partitions", "1", "--bootstrap", server.Bootstrap);
        Executable.Run("a:1\nb:2\na:3\n", "produce", "orders", "--key-delimiter", ":", "--bootstrap", server.Bootstrap).Succeeded();

        JsonElement[] records = Executable.Do("audit", "orders", "a", "--output", "json", "--bootstrap", server.Bootstrap).Json;
        Assert.Equal([0, 2], records.Select(record => record.GetProperty("offset").GetInt64()));
        Assert.All(records, record => Assert.Equal(
            ("orders/0", "duramen-cli", "User:ANONYMOUS", "127.0.0.1", "a"),
            (Text(record, "log"), Text(record, "clientId"), Text(record, "principal"), Text(record, "address"), Text(record, "key"))));
        Assert.Equal([0, 2], records.Select(record => record.GetProperty("sequence").GetInt32()));
        server.Stop();

        string[] lines = Executable.Do("audit", "orders", "--data", server.Data, "--from", "1").Lines;
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^0\t1\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t\d+/0/1\tduramen-cli\tUser:ANONYMOUS\t127\.0\.0\.1\tb$", lines[0]);
        Assert.True(Executable.Do("audit", "orders", "--data", server.Data, "--count", "1", "--output", "json").Json.Single().GetProperty("confirmed").GetBoolean());
    }

    [Fact]
    public void A_log_without_notes_is_listed_with_what_its_batches_say()
    {
        Append("a");
        Assert.EndsWith("\t-\t-\t-\t-\t-\n", Executable.Do("audit", "t", "--data", _folder.Data).Output, StringComparison.Ordinal);
        Executable.Run([], "audit", "nothere", "--data", _folder.Data).Failed("log-not-found");
    }

    [Fact]
    public void Files_that_are_no_seals_or_proofs_are_refused()
    {
        Append("a");
        string text = Path.Combine(_folder.Root, "text");
        File.WriteAllText(text, "hello");
        string seal = Save("seal", "audit", "seal", "t", "--data", _folder.Data);
        Executable.Run([], "audit", "verify", text, "--seal", seal).Failed("audit-malformed");
        Executable.Run([], "audit", "verify", seal, "--seal", seal).Failed("audit-malformed");
        Executable.Run([], "audit", "verify", "nothere", "--seal", seal).Failed("file-unreadable");
        Executable.Run([], "audit", "check", "t", "--data", _folder.Data, "--seal", _folder.Root).Failed("file-unreadable");
        foreach (string[] wrong in (string[][])[["audit", "verify", seal], ["audit", "check", "t", "--data", _folder.Data], ["audit", "prove", "t", "x"]])
        {
            Assert.Equal(2, Executable.Run([], wrong).ExitCode);
        }
    }

    private static string? Text(JsonElement record, string name) => record.GetProperty(name).GetString();

    private static bool Contains(string file, string text) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private void Append(params string[] lines)
    {
        if (!Directory.Exists(_folder.Data))
        {
            Executable.Do("log", "create", _folder.Data, "t");
        }

        Executable.Run(string.Join('\n', lines), "log", "append", _folder.Data, "t").Succeeded();
    }

    /// <summary>Runs a command and keeps what it prints in a file.</summary>
    private string Save(string name, params string[] arguments)
    {
        string path = Path.Combine(_folder.Root, name);
        File.WriteAllText(path, Executable.Do(arguments).Output);
        return path;
    }
}
