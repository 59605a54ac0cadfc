using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class QuickstartTests : IDisposable
{
    private static readonly string[] FreePorts = ["--kafka", "127.0.0.1:0", "--http", "127.0.0.1:0"];

    private readonly TemporaryFolder _folder = new();

    private string Repository => Path.Combine(_folder.Root, "repository");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_changed_path_is_a_record_in_the_order_of_the_commits()
    {
        var git = new GitRepository(Repository);
        git.Commit("Begin", ("a.txt", "1"), ("docs/ü.md", "1"));
        git.Commit("Go on", ("a.txt", "2"));
        git.Commit("Clean up", ("a.txt", null));
        Outcome shown = Load();

        JsonElement[] records = Records();
        Assert.Equal(
            ["a.txt added Begin", "docs/ü.md added Begin", "a.txt modified Go on", "a.txt deleted Clean up"],
            records.Select(record => $"{record.GetProperty("key")} {Description(record).GetProperty("status")} {Description(record).GetProperty("subject")}"));
        Assert.Equal([JsonValueKind.String, JsonValueKind.String, JsonValueKind.String, JsonValueKind.Null], records.Select(record => record.GetProperty("value").ValueKind));
        string[] commits = git.Git("log", "--reverse", "--format=%H %ct").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            new[] { commits[0], commits[0], commits[1], commits[2] },
            records.Select(record => $"{Description(record).GetProperty("commit")} {record.GetProperty("timestamp").GetInt64() / 1000}"));
        Assert.Contains("Loaded 4 records of 3 commits", shown.Output, StringComparison.Ordinal);
        Assert.Contains("The table of files now: 1 file.", shown.Output, StringComparison.Ordinal);
        Assert.Contains("The history of docs/ü.md: 1 version.", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void As_of_every_commit_the_table_is_the_tree_of_that_commit_whatever_was_merged()
    {
        var git = new GitRepository(Repository);
        git.Commit("Begin", ("both", "1\n"), ("kept", "1\n"), ("dropped", "1\n"), ("ours", "1\n"), ("a folder/ü", "1\n"));
        git.Git("branch", "side");
        git.Commit("Change on main", ("both", "main\n"), ("kept", "main\n"), ("dropped", null), ("ours", "main\n"));
        git.Git("checkout", "--quiet", "side");
        git.Commit("Change on the side, later", ("both", "side\n"), ("kept", null), ("dropped", "side\n"), ("ours", "side\n"), ("new", "side\n"));
        git.Git("checkout", "--quiet", "main");
        git.Git(1, "merge", "--quiet", "side");
        git.Commit("Merge", ("both", "side and main\n"), ("kept", "main\n"), ("dropped", null), ("ours", "main\n"));
        git.Commit("Go on", ("new", null), ("new/file where a file was", "1\n"), ("both", null));
        Load();
        AssertEqualToGit(Repository, commits: 50, differences: 10);
    }

    [Theory]
    [InlineData("log.diffMerges", "none")]
    [InlineData("log.diffMerges", "combined")]
    [InlineData("diff.renames", "copies")]
    [InlineData("diff.relative", "true")]
    public void What_the_settings_of_git_show_otherwise_is_loaded_all_the_same(string name, string value)
    {
        var git = new GitRepository(Repository);
        git.Commit("Begin", ("a", "1\n"), ("folder/b", "1\n"));
        git.Git("branch", "side");
        git.Commit("Move on main", ("a", null), ("folder/a", "1\n"));
        git.Git("checkout", "--quiet", "side");
        git.Commit("Change on the side", ("folder/b", "2\n"));
        git.Git("checkout", "--quiet", "main");
        git.Git("merge", "--quiet", "--no-edit", "side");
        git.Git("config", name, value);
        Load();

        Assert.Equal("folder/b", Records()[^1].GetProperty("key").GetString());
        AssertEqualToGit(Repository, commits: 50, differences: 10);
    }

    [Fact]
    public void As_of_fifty_commits_of_this_project_the_table_is_the_tree_of_each_and_differences_are_those_of_git()
    {
        string own = Executable.RepositoryRoot;
        Executable.Do(["quickstart", "--exit", "--repository", own, "--data", _folder.Data, .. FreePorts]);
        AssertEqualToGit(own, commits: 50, differences: 10);
    }

    [Fact]
    public void It_can_be_shown_as_json()
    {
        var git = new GitRepository(Repository);
        git.Commit("Begin", ("a.txt", "1"), ("b.txt", "1"));
        git.Commit("Go on", ("a.txt", "2"), ("b.txt", null));
        string[] lines = Executable.Do(["quickstart", "--repository", Repository, "--data", _folder.Data, "--exit", "--output", "json", .. FreePorts]).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] shown = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        string[] kinds = [.. shown.Select(line => line.GetProperty("kind").GetString()!)];
        Assert.Equal(
            ["ready", "loaded", "table", "file", "table", "file", "diff", "difference", "difference", "history", "version", "version"], kinds);
        Assert.Equal((4, 2), (shown[1].GetProperty("records").GetInt32(), shown[1].GetProperty("commits").GetInt32()));
        string[] commits = git.Git("log", "--reverse", "--format=%H").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("4", commits[1], 1), (Text(2, "asOf"), Text(2, "commit"), shown[2].GetProperty("files").GetInt32()));
        Assert.Equal(("a.txt", "Go on", git.Git("rev-parse", "HEAD:a.txt").Trim()), (Text(3, "path"), Text(3, "subject"), Text(3, "content")));
        Assert.Equal(("2", commits[0], 2), (Text(4, "asOf"), Text(4, "commit"), shown[4].GetProperty("files").GetInt32()));
        Assert.Equal(("a.txt", "Begin"), (Text(5, "path"), Text(5, "subject")));
        Assert.Equal((0, 1, 1), (shown[6].GetProperty("added").GetInt32(), shown[6].GetProperty("changed").GetInt32(), shown[6].GetProperty("removed").GetInt32()));
        Assert.Equal(("changed a.txt", "removed b.txt"), ($"{Text(7, "change")} {Text(7, "path")}", $"{Text(8, "change")} {Text(8, "path")}"));
        Assert.Equal([0, 2], shown[10..12].Select(line => line.GetProperty("offset").GetInt32()));

        string Text(int line, string name) => shown[line].GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Every_command_that_it_shows_works_when_it_is_pasted()
    {
        var git = new GitRepository(Repository);
        git.Commit("Begin", ("-a b's.txt", "1"), ("b.txt", "1"));
        git.Commit("Go on", ("-a b's.txt", "2"));
        git.Commit("Go on again", ("-a b's.txt", "3"));
        using Process process = Executable.Start(["quickstart", "--repository", Repository, .. FreePorts, "--output", "json"]);
        process.BeginErrorReadLine();
        var commands = new List<string>();
        for (string kind = ""; kind != "serving";)
        {
            JsonElement line = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!).RootElement;
            kind = line.GetProperty("kind").GetString()!;
            if (line.TryGetProperty("command", out JsonElement command))
            {
                commands.Add(command.GetString()!);
            }
        }

        Assert.True(commands.Count >= 10, $"{commands.Count} commands");
        foreach (string command in commands)
        {
            using Process shell = Executable.StartProgram("bash", "-c", command);
            Task<string> errors = shell.StandardError.ReadToEndAsync();
            string output = await shell.StandardOutput.ReadToEndAsync();
            Executable.End(shell);
            Assert.True(shell.ExitCode == 0 && output.Length > 0, $"{command}: {shell.ExitCode} {output} {await errors}");
        }

        Executable.Signal(process, "-TERM");
        Executable.End(process);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_path_that_is_no_text_is_shown_and_the_history_is_of_one_that_can_be_typed()
    {
        var git = new GitRepository(Repository);
        git.Commit("Begin", ("b.txt", "1"));
        for (int version = 1; version <= 3; version++)
        {
            using Process shell = Executable.StartProgram("bash", "-c", $"echo {version} > $'{Repository}/odd\\xff\\n\\t.txt'");
            Executable.End(shell);
            git.Commit($"Change {version}");
        }

        Outcome shown = Load();
        Assert.Contains("odd\ufffd\\n\\t.txt", shown.Output, StringComparison.Ordinal);
        Assert.Contains("The history of b.txt: 1 version.", shown.Output, StringComparison.Ordinal);
        Assert.Equal(
            3, Records().Count(record => record.GetProperty("key").ValueKind == JsonValueKind.Object && record.GetProperty("key").TryGetProperty("base64", out _)));

        // .NET has no word for such a file and cannot delete it.
        using Process remove = Executable.StartProgram("rm", "-rf", Repository);
        Executable.End(remove);
    }

    [Fact]
    public void The_earlier_moment_of_a_single_commit_is_before_it()
    {
        new GitRepository(Repository).Commit("Begin", ("a.txt", "1"), ("b.txt", "1"));
        Outcome shown = Load();
        Assert.Contains("The same table as of offset 0: 0 files.", shown.Output, StringComparison.Ordinal);
        Assert.Contains("2 added, 0 changed, 0 removed", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_history_is_not_thrown_away_by_retention()
    {
        new GitRepository(Repository).Commit("Long ago", ("a.txt", "1"));
        Load();
        Assert.Contains("retention -1 ms", Executable.Do("log", "inspect", _folder.Data, LogName()).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task It_serves_until_it_is_told_to_stop_and_leaves_nothing_behind(string signal)
    {
        new GitRepository(Repository).Commit("Begin", ("a.txt", "1"));
        string temporary = Directory.CreateDirectory(Path.Combine(_folder.Root, "temporary")).FullName;
        using Process process = Executable.StartProgram("env", [$"--chdir={Repository}", $"TMPDIR={temporary}", Executable.Path, "quickstart", .. FreePorts]);
        string ready = process.StandardOutput.ReadLine()!;
        Assert.Matches(@"^ready kafka=127\.0\.0\.1:\d+ http=127\.0\.0\.1:\d+ ms=\d+$", ready);
        while (!process.StandardOutput.ReadLine()!.StartsWith("The server goes on", StringComparison.Ordinal))
        {
        }

        Assert.NotEmpty(Directory.GetFileSystemEntries(temporary));
        using (var http = new HttpClient())
        {
            string address = ready.Split(' ')[2].Split('=')[1];
            Assert.Equal("ready\n", await http.GetStringAsync(new Uri($"http://{address}/health/ready")));
        }

        Executable.Signal(process, signal);
        Executable.End(process);
        Assert.Equal(0, process.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(temporary));
    }

    [Fact]
    public void Without_git_history_the_files_of_the_folder_are_loaded_oldest_first()
    {
        Directory.CreateDirectory(Repository);
        foreach ((string name, int day) in new[] { ("second", 2), ("first", 1), (".hidden", 3) })
        {
            string path = Path.Combine(Repository, name);
            File.WriteAllText(path, "1234");
            File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, day, 0, 0, 0, DateTimeKind.Utc));
        }

        using Process process = Executable.StartProgram("env", [$"--chdir={Repository}", Executable.Path, "quickstart", "--exit", "--data", _folder.Data, .. FreePorts]);
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        Executable.End(process);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("--repository DIR", errors, StringComparison.Ordinal);
        Assert.Contains("Its files are loaded instead.", errors, StringComparison.Ordinal);
        Assert.Contains("The table of files now: 2 files", output, StringComparison.Ordinal);
        JsonElement[] records = Records();
        Assert.Equal(["first", "second"], records.Select(record => record.GetProperty("key").GetString()));
        Assert.Equal([4, 4], records.Select(record => JsonDocument.Parse(record.GetProperty("value").GetString()!).RootElement.GetProperty("sizeBytes").GetInt32()));
    }

    [Fact]
    public void A_named_folder_without_history_is_refused_and_so_is_a_repository_without_commits()
    {
        Directory.CreateDirectory(Repository);
        Assert.Contains("not a git repository", Run().Failed("history-unreadable").Errors, StringComparison.Ordinal);
        var git = new GitRepository(Repository);
        Run().Failed("history-unreadable");
        git.Commit("Nothing yet");
        Run().Failed("history-unreadable");
    }

    [Fact]
    public void A_folder_that_was_loaded_before_is_not_loaded_again()
    {
        new GitRepository(Repository).Commit("Begin", ("a.txt", "1"));
        Load();
        Assert.Contains("duramen server --data", Run().Failed("client-refused").Errors, StringComparison.Ordinal);
        Assert.Single(Records());
    }

    // Git is the judge: of the tree of a commit, and of what differs between two.
    private void AssertEqualToGit(string repository, int commits, int differences)
    {
        (string Commit, long AsOf)[] history =
            [.. Records().Select(record => (Commit: Description(record).GetProperty("commit").GetString()!, AsOf: record.GetProperty("offset").GetInt64() + 1)).GroupBy(change => change.Commit).Select(group => group.Last())];
        var random = new Random(20);
        random.Shuffle(history);
        foreach ((string commit, long asOf) in history.Take(commits))
        {
            Assert.Equal(
                Lines(GitRepository.Ask(repository, "ls-tree", "-r", "-z", "--full-tree", commit)).Select(line => line.Split(' ', 3)[2].Split('\t', 2)).Select(parts => $"{parts[1]} {parts[0]}").Order(StringComparer.Ordinal),
                Table("scan", "--as-of", $"{asOf}").Select(row => $"{row.GetProperty("key")} {Blob(row.GetProperty("value"))}").Order(StringComparer.Ordinal));
        }

        foreach (((string from, long fromAsOf), (string to, long toAsOf)) in history.Zip(history.Skip(1)).Take(differences))
        {
            string[] fields = Lines(GitRepository.Ask(repository, "diff", "-z", "--name-status", "--no-renames", "--ignore-submodules=none", from, to));
            Assert.Equal(
                fields.Chunk(2).Select(pair => $"{pair[1]} {pair[0] switch { "A" => "added", "D" => "removed", _ => "changed" }}").Order(StringComparer.Ordinal),
                Table("diff", $"{fromAsOf}", $"{toAsOf}").Select(row => $"{row.GetProperty("key")} {row.GetProperty("change")}").Order(StringComparer.Ordinal));
        }

        static string[] Lines(string output) => output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        static string Blob(JsonElement value) => JsonDocument.Parse(value.GetString()!).RootElement.GetProperty("blob").GetString()!;
    }

    // Kept beside the data, so that the log is folded once.
    private JsonElement[] Table(string command, params string[] arguments) =>
        Executable.Do(["table", command, "changes", .. arguments, "--data", _folder.Data, "--table", Path.Combine(_folder.Root, "table"), "--output", "json"]).Json;

    private Outcome Run() => Executable.Run("", ["quickstart", "--exit", "--repository", Repository, "--data", _folder.Data, .. FreePorts]);

    private Outcome Load() => Run().Succeeded();

    private string LogName() =>
        Executable.Do("log", "list", _folder.Data, "--output", "json").Json.Select(log => log.GetProperty("log").GetString()!).Single(name => name.StartsWith("changes/", StringComparison.Ordinal));

    private JsonElement[] Records() => Executable.Do("log", "read", _folder.Data, LogName(), "--output", "json").Json;

    // What a record says happened.
    private static JsonElement Description(JsonElement record) =>
        JsonDocument.Parse(record.GetProperty("headers")[0].GetProperty("value").GetString()!).RootElement;
}
