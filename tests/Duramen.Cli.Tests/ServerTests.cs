using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;
using Xunit;

namespace Duramen.Cli.Tests;

public sealed partial class ServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_says_when_it_is_ready_serves_and_ends_with_exit_code_0_when_it_is_told_to()
    {
        using Process server = Executable.Start("server", "--data", _folder.Data, "--kafka", "127.0.0.1:0", "--http", "127.0.0.1:0");
        Match ready = Ready().Match((await server.StandardOutput.ReadLineAsync())!);
        Assert.True(ready.Success);
        using (WireClient client = await WireClient.ConnectAsync(IPEndPoint.Parse(ready.Groups["kafka"].Value)))
        {
            MetadataResponse response = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "made" }] }, version: 9);
            Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
        }

        using (var http = new HttpClient())
        {
            Assert.Equal("ready\n", await http.GetStringAsync($"http://{ready.Groups["http"].Value}/health/ready"));
        }

        Executable.Signal(server, "-TERM");
        Executable.End(server);
        Assert.Equal(0, server.ExitCode);
        Assert.Equal("", await server.StandardOutput.ReadToEndAsync());
        Assert.Contains("\"made/0/", Executable.Do("log", "list", _folder.Data, "--output", "json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_data_folder_it_makes_one_where_it_stands()
    {
        // Settings of other programs, as in a project of ASP.NET, are none of a server's business.
        File.WriteAllText(Path.Combine(_folder.Root, "appsettings.json"), """{ "AllowedHosts": "*", "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:1" } } } }""");
        using Process server = Executable.StartProgram("env", $"--chdir={_folder.Root}", Executable.Path, "server", "--kafka", "127.0.0.1:0", "--http", "none");
        Assert.Matches(Ready(), await server.StandardOutput.ReadLineAsync());
        Executable.Signal(server, "-TERM");
        Executable.End(server);
        Assert.Equal(0, server.ExitCode);
        Executable.Do("log", "verify", Path.Combine(_folder.Root, "duramen-data"));
    }

    [Fact]
    public async Task Options_count_more_than_the_environment_and_that_more_than_the_file()
    {
        string file = Path.Combine(_folder.Root, "settings.json");
        File.WriteAllText(file, """{ "Logging": { "LogLevel": { "Default": "Warning" } }, "Duramen": { "Server": { "Data": "WRONG", "Kafka": "127.0.0.1:1", "Http": "none" }, "Broker": { "num.partitions": 3, "node.id": 4 } } }""".Replace("WRONG", _folder.Data, StringComparison.Ordinal));
        using Process server = Start(
            ["server", "--config", file, "--kafka", "127.0.0.1:0"], ("DURAMEN__SERVER__KAFKA", "127.0.0.1:2"), ("DURAMEN__BROKER__NUM_PARTITIONS", "5"));
        Match ready = Ready().Match((await server.StandardOutput.ReadLineAsync())!);
        Assert.Equal("none", ready.Groups["http"].Value);
        using WireClient client = await WireClient.ConnectAsync(IPEndPoint.Parse(ready.Groups["kafka"].Value));
        MetadataResponse response = await client.AskAsync(new MetadataRequest { Topics = [new() { Name = "made" }] }, version: 9);
        Assert.Equal((5, 4), (response.Topics[0].Partitions.Count, response.Brokers[0].NodeId));
        Executable.Signal(server, "-INT");
        Executable.End(server);
        Assert.Equal(0, server.ExitCode);
    }

    [Theory]
    [InlineData("""{ "Duramen": { "Server": { "Dta": "x" } } }""", "there is no setting 'Server:Dta'")]
    [InlineData("""{ "Duramen": { "Broker": { "num.partitions": 0 } } }""", "Broker:num.partitions is '0'; it must be a whole number from 1 to 10000")]
    [InlineData("""{ "Duramen": { "Server": { "Kafka": "nowhere" } } }""", "Server:Kafka is 'nowhere'")]
    [InlineData("""{ "Duramen": { "Server": { "Data": "" } } }""", "Server:Data is ''; it must be the path of a folder")]
    [InlineData("""{ "Duramen": { "Telemetry": { "OtlpEndpoint": "collector" } } }""", "Telemetry:OtlpEndpoint is 'collector'; it must be a URL")]
    [InlineData("""{ "Duramen": { "Telemetry": { "TraceRatio": 1.5 } } }""", "Telemetry:TraceRatio is '1.5'; it must be a number from 0 to 1")]
    [InlineData("""{ "Server": { "Kafka": "127.0.0.1:1" } }""", "has no section 'Duramen'")]
    [InlineData("[1]", "is not JSON")]
    [InlineData("{", "is not JSON")]
    public void A_setting_that_does_not_exist_or_cannot_be_is_an_error(string text, string expected)
    {
        string file = Path.Combine(_folder.Root, "settings.json");
        File.WriteAllText(file, text);
        Outcome outcome = Executable.Run([], "server", "--data", _folder.Data, "--config", file);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("duramen: settings-invalid: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task An_environment_variable_that_names_no_setting_is_an_error()
    {
        using Process server = Start(["server", "--data", _folder.Data], ("DURAMEN__BROKER__NO_SUCH", "1"));
        string errors = await server.StandardError.ReadToEndAsync();
        Executable.End(server);
        Assert.Equal(1, server.ExitCode);
        Assert.Contains("DURAMEN__BROKER__NO_SUCH: there is no setting", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--kafka", "9092")]
    [InlineData("--http", "example.org:80")]
    [InlineData("--nonsense", "1")]
    public void An_option_that_cannot_be_is_wrong_usage(string option, string value)
    {
        Outcome outcome = Executable.Run([], "server", "--data", _folder.Data, option, value);
        Assert.Equal(2, outcome.ExitCode);
    }

    [Fact]
    public void The_page_about_the_server_has_every_setting()
    {
        string page = File.ReadAllText(Path.Combine(Executable.RepositoryRoot, "docs", "server.md"));
        string error = Executable.Run([], "server", "--config", Write("""{ "Duramen": { "None": 1 } }""")).Errors;
        string[] settings = error[(error.IndexOf("The settings are: ", StringComparison.Ordinal) + 18)..].TrimEnd('\n', '.').Split(", ");
        Assert.True(settings.Length > 15);
        Assert.Equal(settings, Setting().Matches(page).Select(match => match.Groups["name"].Value));
    }

    private string Write(string text)
    {
        string file = Path.Combine(_folder.Root, "settings.json");
        File.WriteAllText(file, text);
        return file;
    }

    private static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Executable.Path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"^ready kafka=(?<kafka>[^ ]+) http=(?<http>[^ ]+) ms=\d+$")]
    private static partial Regex Ready();

    [GeneratedRegex(@"^\| `(?<name>[A-Za-z]+:[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
