using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed class EntityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_are_appended_on_condition_of_the_version_and_read_from_a_server_and_from_its_folder()
    {
        using var server = new RunningServer();
        Executable.Do("topic", "create", "orders", "--partitions", "3", "--bootstrap", server.Bootstrap);

        Assert.Equal(["1"], Append(server, "placed", "--expected-version", "none").Succeeded().Lines);
        Assert.Equal(["2"], Append(server, "paid", "--expected-version", "1", "--header", "by=ann", "--header", "via=shop").Succeeded().Lines);
        Append(server, "lost", "--expected-version", "1").Failed("entity-conflict");
        Append(server, "lost", "--expected-version", "none").Failed("entity-conflict");
        Assert.Equal(["3"], Append(server, "", "--expected-version", "exists").Succeeded().Lines);
        string[] read = ["entity", "read", "orders", "a/b"];
        Assert.Equal("placed\npaid\n\n", Executable.Do([.. read, "--bootstrap", server.Bootstrap]).Output);
        Assert.Equal(["paid"], Executable.Do([.. read, "--from", "2", "--count", "1", "--bootstrap", server.Bootstrap]).Lines);
        string json = Executable.Do([.. read, "--output", "json", "--bootstrap", server.Bootstrap]).Output;
        JsonElement paid = new Outcome(0, Encoding.UTF8.GetBytes(json), "").Json[1];
        Assert.Equal("""[{"key":"by","value":"ann"},{"key":"via","value":"shop"}]""", paid.GetProperty("headers").GetRawText());
        int partition = paid.GetProperty("partition").GetInt32();
        Assert.Equal(["placed"], Executable.Do([.. read, "--as-of", "1", "--bootstrap", server.Bootstrap]).Lines);
        Assert.Equal(["placed"], Executable.Do([.. read, "--as-of", $"{partition}:1", "--http", server.Http]).Lines);
        Assert.Empty(Executable.Do([.. read, "--partition", $"{(partition + 1) % 3}", "--bootstrap", server.Bootstrap]).Output);

        server.Stop();
        Assert.Equal(json, Executable.Do([.. read, "--output", "json", "--data", server.Data]).Output);
        Assert.Equal(["4"], Executable.Do("entity", "append", "orders", "a/b", "sent", "--expected-version", "3", "--data", server.Data).Lines);
        Assert.Equal(["placed"], Executable.Do([.. read, "--as-of", "1", "--data", server.Data]).Lines);
        Executable.Run([], "entity", "append", "orders", "a/b", "sent", "--expected-version", "3", "--data", server.Data).Failed("entity-conflict");
    }

    [Fact]
    public void Lines_are_appended_all_or_none_and_a_request_that_comes_again_appends_nothing()
    {
        using var server = new RunningServer();
        Executable.Do("topic", "create", "orders", "--bootstrap", server.Bootstrap);
        byte[] lines = [.. "a\n"u8, 0xFF, (byte)'\n'];
        string[] append = ["entity", "append", "orders", "..", "--request-id", "r", "--output", "json", "--bootstrap", server.Bootstrap];

        Assert.Equal("""{"version":2,"offset":1,"partition":0,"duplicate":false}""", Executable.Run(lines, append).Succeeded().Output.TrimEnd());
        Assert.Equal("""{"version":2,"offset":1,"partition":0,"duplicate":true}""", Executable.Run(lines, append).Succeeded().Output.TrimEnd());
        Assert.Equal(lines, Executable.Do("entity", "read", "orders", "..", "--bootstrap", server.Bootstrap).OutputBytes);
        Executable.Run([], "entity", "append", "orders", "..", "--bootstrap", server.Bootstrap).Failed("entity-invalid");
        Executable.Run(string.Concat(Enumerable.Repeat("x\n", 10_001)), append).Failed("input-invalid");
        Assert.Equal(2, Executable.Do("entity", "read", "orders", "..", "--bootstrap", server.Bootstrap).OutputBytes.Count(next => next == (byte)'\n'));
    }

    [Fact]
    public void An_entity_is_asked_for_where_there_is_one_and_in_words_that_there_are()
    {
        using var server = new RunningServer();
        string[] read = ["entity", "read", "none", "a"];
        Executable.Run([], [.. read, "--bootstrap", server.Bootstrap]).Failed("topic-unknown");
        Executable.Run([], [.. read, "--http", "127.0.0.1:1"]).Failed("http-failed");
        Executable.Run([], [.. read, "--http", server.Bootstrap]).Failed("http-failed");
        Assert.Equal(2, Executable.Run([], [.. read, "--http", "127.0.0.1:1", "--data", "x"]).ExitCode);
        Assert.Equal(2, Executable.Run([], [.. read, "--http", "a/b"]).ExitCode);
        Assert.Equal(2, Executable.Run([], [.. read, "--as-of", "yesterday", "--bootstrap", server.Bootstrap]).ExitCode);
        Assert.Equal(2, Executable.Run([], "entity", "append", "none", "a", "b", "--expected-version", "some", "--bootstrap", server.Bootstrap).ExitCode);
    }

    [Fact]
    public void A_server_without_http_has_no_entities_and_says_how_it_gets_them()
    {
        using Process server = Executable.Start("server", "--data", _folder.Data, "--kafka", "127.0.0.1:0", "--http", "none");
        string ready = server.StandardOutput.ReadLine()!;
        string address = ready.Split(' ')[1]["kafka=".Length..];
        Executable.Run([], "entity", "read", "orders", "a", "--bootstrap", address).Failed("http-not-served");
        Executable.Signal(server, "-TERM");
        Executable.End(server);
    }

    private static Outcome Append(RunningServer server, string value, params string[] options) =>
        value.Length == 0
            ? Executable.Run("\n", ["entity", "append", "orders", "a/b", .. options, "--bootstrap", server.Bootstrap])
            : Executable.Run([], ["entity", "append", "orders", "a/b", value, .. options, "--bootstrap", server.Bootstrap]);
}
