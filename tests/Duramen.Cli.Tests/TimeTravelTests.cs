using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;
using Xunit;

namespace Duramen.Cli.Tests;

/// <summary>As of a time is the same moment whoever asks: after every record at or before it, also where times go back along the log.</summary>
public sealed class TimeTravelTests
{
    private const long StartMs = 1_772_366_400_000;
    private static readonly string Machines = Executable.Assembly("Duramen.Cli.Machines");

    [Fact]
    public async Task Everybody_means_the_same_by_a_time_where_times_go_back()
    {
        // Values say their own times. As of 20 the record with 30 is in the state, behind it 25 replaces it, and so on.
        (int At, int End, string? Value)[] expected = [(5, 0, null), (10, 1, "10"), (19, 1, "10"), (20, 4, "20"), (24, 4, "20"), (25, 5, "25"), (39, 5, "25"), (40, 6, "40"), (99, 6, "40")];
        using var server = new RunningServer();
        Executable.Do("topic", "create", "orders", "--config", "retention.ms=-1", "--bootstrap", server.Bootstrap);
        await ProduceAsync(server, 10, 30, 25, 20, 25, 40);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Http}") };
        foreach ((int at, int end, string? value) in expected)
        {
            string time = $"@{StartMs + at}";
            using JsonDocument rows = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/v1/tables/orders?asOf={time}", UriKind.Relative)));
            Assert.Equal(end, int.Parse(rows.RootElement.GetProperty("asOf").GetString()!, CultureInfo.InvariantCulture));
            Assert.Equal(value is null ? [] : [value], rows.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("value").GetString()));
            using JsonDocument entity = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/v1/entities/orders/k?asOf={time}", UriKind.Relative)));
            Assert.Equal(end, entity.RootElement.GetProperty("version").GetInt32());
        }

        string[] over = ["--bootstrap", server.Bootstrap];
        Check(expected[3], over);
        server.Stop();
        over = ["--data", server.Data];
        foreach (int one in (int[])[0, 3, 5])
        {
            Check(expected[one], over);
        }
    }

    private static void Check((int At, int End, string? Value) expected, string[] over)
    {
        (int at, int end, string? value) = expected;
        string time = $"@{StartMs + at}";
        string row = value is null ? "" : $"{value}\n";
        Outcome get = Executable.Run([], ["table", "get", "orders", "k", "--as-of", time, .. over]);
        Assert.Equal((value is null ? 1 : 0, row), (get.ExitCode, get.Output));
        Assert.Equal(value is null ? "" : $"k\t{end - 1}\n", Columns(Executable.Do(["table", "scan", "orders", "--as-of", time, .. over]).Output, 0, 2));
        Assert.Equal(Executable.Do(["table", "diff", "orders", $"{end}", "end", .. over]).Output, Executable.Do(["table", "diff", "orders", time, "end", .. over]).Output);
        Assert.Equal($"[{{\"n\":{(value is null ? 0 : end)}}}]", Rows("SELECT coalesce(max(offset) + 1, 0) AS n FROM orders", ["--as-of", time, .. over]));
        Assert.Equal($"[{{\"n\":{(value is null ? 0 : end)}}}]", Rows($"SELECT coalesce(max(offset) + 1, 0) AS n FROM orders('{time}')", over));
        Assert.Equal(end, Executable.Do(["entity", "read", "orders", "k", "--as-of", time, .. over]).Lines.Length);
        Assert.Contains($" to {end};", Executable.Do(["replay", "orders", "--assembly", Machines, "--machine", "Sum", "--to", time, .. over]).Errors, StringComparison.Ordinal);
        Assert.Equal(end < 6 ? 1 : 0, Executable.Run([], ["table", "bisect", "orders", "k", "--where", "offset >= 5", "--as-of", time, .. over]).ExitCode);
    }

    private static string Rows(string query, string[] options) =>
        $"[{string.Join(',', Executable.Do(["sql", query, "--output", "json", .. options]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))}]";

    private static string Columns(string output, params int[] which) =>
        string.Concat(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join('\t', which.Select(index => line.Split('\t')[index])) + "\n"));

    private static async Task ProduceAsync(RunningServer server, params int[] times)
    {
        using var builder = new RecordBatchBuilder();
        foreach (int time in times)
        {
            builder.Append(StartMs + time, "k"u8, Encoding.UTF8.GetBytes(time.ToString(CultureInfo.InvariantCulture)));
        }

        using WireClient client = await WireClient.ConnectAsync(IPEndPoint.Parse(server.Bootstrap));
        ProduceResponse response = await client.AskAsync(
            new ProduceRequest { Acks = -1, TimeoutMs = 30_000, Topics = [new() { Name = "orders", Partitions = [new() { Index = 0, Records = builder.Build().ToArray() }] }] }, version: 9);
        Assert.Equal(KafkaError.None, response.Topics[0].Partitions[0].ErrorCode);
    }
}
