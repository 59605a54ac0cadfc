using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class FolderCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Logs_are_listed_until_they_are_deleted()
    {
        Executable.Do("log", "create", _folder.Data, "b", "--cleanup", "compact,delete", "--retention-ms", "-1");
        Executable.Run("x\ny\n", "log", "append", _folder.Data, "a b/c").Succeeded();

        JsonElement[] logs = Executable.Do("log", "list", _folder.Data, "--output", "json").Json;
        Assert.Equal(["a b/c", "b"], logs.Select(log => log.GetProperty("log").GetString()));
        Assert.Equal([2, 0], logs.Select(log => log.GetProperty("end").GetInt32()));
        Assert.Equal(["0\t2", "0\t0"], Executable.Do("log", "list", _folder.Data).Lines.Select(line => string.Join('\t', line.Split('\t')[..2])));

        Executable.Do("log", "delete", _folder.Data, "b");
        Assert.Single(Executable.Do("log", "list", _folder.Data).Lines);
        Executable.Run([], "log", "delete", _folder.Data, "b").Failed("log-not-found");
    }

    [Fact]
    public void A_trimmed_log_starts_at_the_offset()
    {
        Executable.Run("0\n1\n2\n3\n", "log", "append", _folder.Data, "t").Succeeded();

        Executable.Do("log", "trim", _folder.Data, "t", "2");

        Assert.Equal("2\n3\n", Executable.Do("log", "read", _folder.Data, "t").Output);
        Executable.Run([], "log", "read", _folder.Data, "t", "--from", "1").Failed("log-offset-out-of-range");
        Executable.Run([], "log", "trim", _folder.Data, "t", "5").Failed("log-offset-out-of-range");
        Executable.Do("log", "verify", _folder.Data);
    }

    [Fact]
    public void Inspecting_shows_journal_segments_and_the_share_of_live_records()
    {
        Executable.Run("a:1\nb:1\na:2\na:3\n", "log", "append", _folder.Data, "t", "--key-delimiter", ":", "--cleanup", "compact").Succeeded();

        JsonElement[] objects = Executable.Do("log", "inspect", _folder.Data, "--output", "json").Json;
        Assert.True(objects[0].GetProperty("journal").GetProperty("closedInOrder").GetBoolean());
        JsonElement log = objects[1];
        Assert.Equal(2, log.GetProperty("liveRecords").GetInt32());
        Assert.Equal(0.5, log.GetProperty("liveRatio").GetDouble());
        Assert.Equal(4, log.GetProperty("records").GetInt32());
        Assert.Equal("compact", log.GetProperty("options").GetProperty("cleanup").GetString());
        JsonElement segment = Assert.Single(log.GetProperty("segments").EnumerateArray());
        Assert.True(File.Exists(Path.Combine(_folder.Data, segment.GetProperty("file").GetString()!)));
        string text = Executable.Do("log", "inspect", _folder.Data).Output;
        Assert.Contains("live 2 of 4 records", text, StringComparison.Ordinal);
        Assert.Contains("closed in order", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_control_characters_stays_on_its_line_and_in_its_column()
    {
        const string Name = "tab\tline\nescape\u001b[31m back\\nslash\u0085";
        const string Escaped = @"tab\tline\nescape\u001b[31m back\\nslash\u0085";
        Executable.Run("a\n", "log", "append", _folder.Data, Name).Succeeded();

        Assert.Equal($"\t{Escaped}\n", Executable.Do("log", "list", _folder.Data).Output[^(Escaped.Length + 2)..]);
        Assert.Equal(Name, Executable.Do("log", "list", _folder.Data, "--output", "json").Json[0].GetProperty("log").GetString());
        Assert.Contains($"log {Escaped}\n", Executable.Do("log", "inspect", _folder.Data).Output, StringComparison.Ordinal);
        Outcome missing = Executable.Run([], "log", "read", _folder.Data, "two\nlines").Failed("log-not-found");
        Assert.Contains(@"'two\nlines'", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void One_is_not_called_many()
    {
        Executable.Run("a:1\n", "log", "append", _folder.Data, "t", "--key-delimiter", ":", "--cleanup", "compact").Succeeded();
        Outcome appended = Executable.Run("b:1\nbad\n", "log", "append", _folder.Data, "u", "--key-delimiter", ":").Failed("input-invalid");
        Executable.Do("log", "delete", _folder.Data, "u");

        string text = appended.Errors
            + Executable.Do("log", "inspect", _folder.Data).Output
            + Executable.Do("log", "verify", _folder.Data).Errors
            + Executable.Do("log", "compact", _folder.Data, "t").Output;

        Assert.DoesNotMatch(@"(?<![-0-9])1 [a-z]+s\b", text);
        Assert.Contains("verified 1 log, 1 segment, 1 batch, 1 record, ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("append")]
    [InlineData("create")]
    public void A_folder_with_files_of_somebody_else_is_refused_and_left_as_it_is(string command)
    {
        File.WriteAllText(Path.Combine(_folder.Root, "notes.txt"), "mine");

        Outcome outcome = Executable.Run("a\n", "log", command, _folder.Root, "t").Failed("folder-not-empty");

        Assert.Contains("notes.txt", outcome.Errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Altering_a_log_changes_what_is_given_and_nothing_else()
    {
        Executable.Do("log", "create", _folder.Data, "t", "--retention-bytes", "1000", "--min-cleanable-ratio", "0.25");

        Executable.Do("log", "alter", _folder.Data, "t", "--cleanup", "delete,compact", "--segment-bytes", "4096", "--segment-ms", "5", "--max-compaction-lag-ms", "6");

        JsonElement options = Executable.Do("log", "inspect", _folder.Data, "t", "--output", "json").Json[0].GetProperty("options");
        Assert.Equal("compact,delete", options.GetProperty("cleanup").GetString());
        Assert.Equal(4096, options.GetProperty("segmentBytes").GetInt64());
        Assert.Equal((5, 0, 6), (options.GetProperty("segmentMs").GetInt64(), options.GetProperty("segmentJitterMs").GetInt64(), options.GetProperty("maxCompactionLagMs").GetInt64()));
        Assert.Equal(1000, options.GetProperty("retentionBytes").GetInt64());
        Assert.Equal(0.25, options.GetProperty("minCleanableRatio").GetDouble());
        Executable.Run([], "log", "alter", _folder.Data, "other", "--cleanup", "none").Failed("log-not-found");
        Executable.Run([], "log", "alter", _folder.Root, "t", "--cleanup", "none").Failed("folder-not-found");
    }

    [Fact]
    public void The_command_that_a_refused_compaction_suggests_makes_the_log_one_that_is_compacted()
    {
        Executable.Run("a:1\na:2\n", "log", "append", _folder.Data, "t", "--key-delimiter", ":").Succeeded();

        Outcome refused = Executable.Run([], "log", "compact", _folder.Data, "t").Failed("log-invalid-option");
        Assert.Contains("'log alter --cleanup compact'", refused.Errors, StringComparison.Ordinal);

        Executable.Do("log", "alter", _folder.Data, "t", "--cleanup", "compact");
        Executable.Do("log", "compact", _folder.Data, "t");
        Assert.Equal("2\n", Executable.Do("log", "read", _folder.Data, "t").Output);
    }

    [Fact]
    public void A_dump_shows_every_batch_with_its_records()
    {
        Executable.Run("a\nb\nc\n", "log", "append", _folder.Data, "t", "--batch", "2", "--compression", "gzip").Succeeded();

        JsonElement[] batches = Executable.Do("log", "dump", _folder.Data, "t", "--output", "json").Json;
        Assert.Equal([0, 2], batches.Select(batch => batch.GetProperty("baseOffset").GetInt32()));
        Assert.All(batches, batch => Assert.Equal("gzip", batch.GetProperty("codec").GetString()));
        Assert.Equal(["a", "b"], batches[0].GetProperty("records").EnumerateArray().Select(record => record.GetProperty("value").GetString()));
        string[] text = Executable.Do("log", "dump", _folder.Data, "t", "--from", "2", "--count", "1").Lines;
        Assert.StartsWith("batch offsets=2..2 ", text[0], StringComparison.Ordinal);
        Assert.Contains("\"value\":\"c\"", text[1], StringComparison.Ordinal);
        Assert.Equal(2, text.Length);
    }
}
