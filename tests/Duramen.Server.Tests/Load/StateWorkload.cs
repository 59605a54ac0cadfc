using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Records.Batches;
using Duramen.Server.Tests.Processes;
using Duramen.Testing.Kafka;

namespace Duramen.Server.Tests.Load;

/// <summary>Writers of entities, a producer and a reader of tables, until the server is killed; and what its answers must be then.</summary>
internal sealed class StateWorkload
{
    public const string Topic = "orders";
    private const int Writers = 4;
    private const int PlainKeys = 500;

    private readonly EntityWriter[] _writers = [.. Enumerable.Range(0, Writers).Select(number => new EntityWriter(number))];
    private readonly ConcurrentQueue<Acknowledgement> _acknowledged = new();
    private int _produced;
    private int _reads;

    public int Acknowledged => _acknowledged.Count;

    public int Repeated => _acknowledged.Count(one => one.IsDuplicate);

    public int Reads => _reads;

    /// <summary>Keeps everybody at work until so many more appends to entities were acknowledged, and kills the server in the midst of it.</summary>
    public async Task RunUntilKilledAsync(ServerProcess server, int appends)
    {
        int target = _acknowledged.Count + appends;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using HttpClient http = ClientOf(server);
        Task[] working =
        [
            .. _writers.Select(writer => UntilGoneAsync(async () =>
            {
                if (await writer.AppendAsync(http) is { } acknowledgement)
                {
                    _acknowledged.Enqueue(acknowledgement);
                    if (_acknowledged.Count >= target)
                    {
                        reached.TrySetResult();
                    }
                }
            })),
            ProduceUntilGoneAsync(server),
            UntilGoneAsync(() => ReadAsync(http)),
        ];
        await Task.WhenAny(reached.Task, Task.WhenAll(working));
        server.Kill();
        await Task.WhenAll(working);
        Assert.True(reached.Task.IsCompleted, "The work ended before the server was killed.");
    }

    /// <summary>Nothing that was acknowledged is missing or doubled, and tables and entities are what the records of the topic say.</summary>
    public async Task VerifyAsync(ServerProcess server)
    {
        NaiveState.Row[] rows = [.. server.Ask("consume", Topic, "--output", "json").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NaiveState.Row.Read)];
        var naive = new NaiveState(rows);
        foreach (Acknowledgement one in _acknowledged)
        {
            NaiveState.Row row = Assert.Single(rows, row => row.Partition == one.Partition && row.Offset == one.Offset);
            Assert.Equal((one.Key, one.Value), (row.Key, row.Value));
            Assert.Equal(one.Version, naive.VersionOf(row));
            Assert.Single(rows, row => row.Value == one.Value);
        }

        using HttpClient http = ClientOf(server);
        foreach (int part in (int[])[1, 3, 4])
        {
            // As of a quarter, three quarters and the whole of each partition.
            long[] moment = [.. Enumerable.Range(0, 3).Select(partition => rows.Count(row => row.Partition == partition) * (long)part / 4)];
            Assert.Equal(naive.Table(moment), await RowsAsync(http, $"/v1/tables/{Topic}?limit=10000&asOf={string.Join(',', moment.Select((offset, partition) => $"{partition}:{offset}"))}", "rows"));
        }

        foreach (string key in rows.Select(row => row.Key).Distinct().Where((_, index) => index % 50 == 0).Concat(_writers.Select(writer => writer.Key)))
        {
            Assert.Equal(naive.History(key), await RowsAsync(http, $"/v1/tables/{Topic}/{key}/history?limit=10000", "versions"));
        }

        foreach (EntityWriter writer in _writers)
        {
            Assert.Equal(naive.Entity(writer.Key), await EntityAsync(http, writer.Key));
        }
    }

    // A server that was killed ends every connection; nothing else does.
    private static async Task UntilGoneAsync(Func<Task> act)
    {
        try
        {
            while (true)
            {
                await act();
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or SocketException)
        {
        }
    }

    private Task ProduceUntilGoneAsync(ServerProcess server) => UntilGoneAsync(async () =>
    {
        using WireClient client = await server.ConnectAsync();
        while (true)
        {
            int number = _produced++;
            using var builder = new RecordBatchBuilder();
            for (int record = 0; record < 5; record++)
            {
                builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Encoding.UTF8.GetBytes($"plain-{((number * 5) + record) % PlainKeys}"), Encoding.UTF8.GetBytes($"produced {number}.{record}"));
            }

            ProduceResponse response = await client.AskAsync(
                new ProduceRequest { Acks = -1, TimeoutMs = 30_000, Topics = [new() { Name = Topic, Partitions = [new() { Index = number % 3, Records = builder.Build().ToArray() }] }] }, version: 9);
            Assert.Equal(KafkaError.None, response.Topics[0].Partitions[0].ErrorCode);
        }
    });

    // What was acknowledged before a read is in its answer.
    private async Task ReadAsync(HttpClient http)
    {
        Acknowledgement[] before = [.. _acknowledged];
        string[] rows = await RowsAsync(http, $"/v1/tables/{Topic}?limit=10000&prefix=order-", "rows");
        foreach (Acknowledgement last in before.GroupBy(one => one.Key).Select(ofKey => ofKey.MaxBy(one => one.Offset)!))
        {
            string row = Assert.Single(rows, row => row.StartsWith($"{last.Key}=", StringComparison.Ordinal));
            Assert.True(long.Parse(row.AsSpan(row.LastIndexOf('@') + 1), CultureInfo.InvariantCulture) >= last.Offset, $"{row} is older than {last}.");
        }

        if (before.Length > 0)
        {
            Acknowledgement one = before[_reads % before.Length];
            Assert.Contains($"{one.Version} {one.Value}@{one.Offset}", await EntityAsync(http, one.Key));
        }

        _reads++;
    }

    private static HttpClient ClientOf(ServerProcess server) => new() { BaseAddress = new Uri($"http://{server.Http}") };

    private static async Task<string[]> RowsAsync(HttpClient http, string path, string name)
    {
        using JsonDocument answer = await GetAsync(http, path);
        Assert.Equal(JsonValueKind.Null, answer.RootElement.GetProperty("next").ValueKind);
        return [.. answer.RootElement.GetProperty(name).EnumerateArray().Select(row => $"{row.GetProperty("key")}={row.GetProperty("value")} {row.GetProperty("partition")}@{row.GetProperty("offset")}")];
    }

    private static async Task<string[]> EntityAsync(HttpClient http, string key)
    {
        using JsonDocument answer = await GetAsync(http, $"/v1/entities/{Topic}/{key}?limit=10000");
        Assert.Equal(JsonValueKind.Null, answer.RootElement.GetProperty("next").ValueKind);
        return [.. answer.RootElement.GetProperty("records").EnumerateArray().Select(record => $"{record.GetProperty("version")} {record.GetProperty("value")}@{record.GetProperty("offset")}")];
    }

    // A server that has just started may say that it has not folded everything yet.
    private static async Task<JsonDocument> GetAsync(HttpClient http, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), patience.Token);
            string text = await response.Content.ReadAsStringAsync(patience.Token);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                Assert.True(response.StatusCode == HttpStatusCode.OK, text);
                return JsonDocument.Parse(text);
            }
        }
    }

    /// <summary>An append to an entity that was answered.</summary>
    internal sealed record Acknowledgement(string Key, string Value, int Partition, long Offset, long Version, bool IsDuplicate);

    /// <summary>Appends to one entity, each at the version that it has; what was not answered is sent again.</summary>
    private sealed class EntityWriter(int number)
    {
        private long _version;
        private int _next;

        public string Key { get; } = string.Create(CultureInfo.InvariantCulture, $"order-{number}");

        public async Task<Acknowledgement?> AppendAsync(HttpClient http)
        {
            string value = string.Create(CultureInfo.InvariantCulture, $"{Key} {_next}");
            using var body = new StringContent(
                $$"""{"records":[{"value":"{{value}}"}],"expectedVersion":{{_version}},"requestId":"{{value}}"}""", Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.PostAsync(new Uri($"/v1/entities/{Topic}/{Key}", UriKind.Relative), body);
            string text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return null;
            }

            Assert.True(response.StatusCode == HttpStatusCode.OK, text);
            using JsonDocument answer = JsonDocument.Parse(text);
            JsonElement root = answer.RootElement;
            _version = root.GetProperty("version").GetInt64();
            _next++;
            return new Acknowledgement(Key, value, root.GetProperty("partition").GetInt32(), root.GetProperty("offset").GetInt64(), _version, root.GetProperty("duplicate").GetBoolean());
        }
    }
}
