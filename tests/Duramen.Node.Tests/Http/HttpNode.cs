using System.Net;
using System.Text;
using System.Text.Json;
using Duramen.Derived;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.Testing.Kafka;

namespace Duramen.Node.Tests.Http;

/// <summary>A node with HTTP, topics that a test fills, and a client that asks it.</summary>
internal sealed class HttpNode : IAsyncDisposable
{
    private HttpNode(DuramenNode node)
    {
        Node = node;
        Client = new HttpClient { BaseAddress = new Uri($"http://{node.HttpEndPoint}") };
    }

    public DuramenNode Node { get; }

    public HttpClient Client { get; }

    public static async Task<HttpNode> StartAsync(string? path = null, StateOptions? state = null, TimeProvider? time = null) => new(await DuramenNode.StartAsync(new DuramenNodeOptions
    {
        DataPath = path,
        Http = new IPEndPoint(IPAddress.Loopback, 0),
        State = state ?? new StateOptions(),
        Time = time ?? TimeProvider.System,
    }));

    public async Task CreateTopicAsync(string name, int partitions = 1, params string[] configs)
    {
        using WireClient client = await WireClient.ConnectAsync(Node.KafkaEndPoint);
        CreateTopicsResponse response = await client.AskAsync(new CreateTopicsRequest
        {
            // The times of records count from 1970 here.
            Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = -1, Configs = [.. configs.Append("retention.ms=-1").Select(config => new CreateTopicsRequest.Config { Name = config.Split('=')[0], Value = config.Split('=')[1] })] }],
        }, version: 7);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
    }

    public async Task DeleteTopicAsync(string name)
    {
        using WireClient client = await WireClient.ConnectAsync(Node.KafkaEndPoint);
        DeleteTopicsResponse response = await client.AskAsync(new DeleteTopicsRequest { TopicNames = [name] }, version: 5);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
    }

    public async Task AddPartitionsAsync(string name, int count)
    {
        using WireClient client = await WireClient.ConnectAsync(Node.KafkaEndPoint);
        CreatePartitionsResponse response = await client.AskAsync(new CreatePartitionsRequest { Topics = [new() { Name = name, Count = count }], TimeoutMs = 60_000 }, version: 3);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
    }

    public ILog Log(string topic, int partition = 0) => Node.Logs.List().Single(log => log.Name.StartsWith($"{topic}/{partition}/", StringComparison.Ordinal));

    /// <summary>Appends records as <c>key=value</c>, one with nothing behind the sign being a removal; their times count from 1000.</summary>
    public async Task AppendAsync(string topic, string records, int partition = 0)
    {
        ILog log = Log(topic, partition);
        long timestampMs = 1000 + log.Watermarks.End.Value;
        using var builder = new RecordBatchBuilder();
        foreach (string record in records.Split(' '))
        {
            string[] parts = record.Split('=', 2);
            builder.Append(timestampMs++, Encoding.UTF8.GetBytes(parts[0]), parts[1].Length == 0 ? default : Encoding.UTF8.GetBytes(parts[1]));
        }

        await log.AppendAsync(builder.Build());
    }

    public async Task AppendAsync(string topic, byte[] key, byte[]? value)
    {
        using var builder = new RecordBatchBuilder();
        builder.Append(1000, key, value);
        await Log(topic).AppendAsync(builder.Build());
    }

    /// <summary>The answer to a GET, which must be 200.</summary>
    public async Task<JsonElement> GetAsync(string target)
    {
        using HttpResponseMessage response = await Client.GetAsync(target);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{target}: {response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Expects a GET to be refused with a status and a code.</summary>
    public async Task RefusedAsync(string target, int status, string code)
    {
        using HttpResponseMessage response = await Client.GetAsync(target);
        await RefusedAsync(response, status, code);
    }

    public static async Task<JsonElement> RefusedAsync(HttpResponseMessage response, int status, string code)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {body}");
        JsonElement error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("remedy").GetString()!);
        return error;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Node.DisposeAsync();
    }
}
