using System.Net;
using System.Net.Sockets;
using Duramen.Core.Errors;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Testing.Kafka;

namespace Duramen.Node.Tests;

public sealed class DuramenNodeTests
{
    private static readonly DuramenNodeOptions WithHttp = new() { Http = new IPEndPoint(IPAddress.Loopback, 0) };

    [Fact]
    public async Task Nodes_of_one_process_know_nothing_of_each_other()
    {
        await using DuramenNode one = await DuramenNode.StartAsync();
        await using DuramenNode other = await DuramenNode.StartAsync();
        await CreateTopicAsync(one, "orders");
        Assert.NotEqual(one.ClusterId, other.ClusterId);
        Assert.Equal(["orders"], await TopicsAsync(one));
        Assert.Empty(await TopicsAsync(other));
    }

    [Fact]
    public async Task A_node_on_a_folder_has_its_topics_and_its_cluster_id_after_a_restart()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            var options = new DuramenNodeOptions { DataPath = path };
            string cluster;
            await using (DuramenNode node = await DuramenNode.StartAsync(options))
            {
                cluster = node.ClusterId;
                await CreateTopicAsync(node, "orders");
            }

            await using DuramenNode again = await DuramenNode.StartAsync(options);
            Assert.Equal(cluster, again.ClusterId);
            Assert.Equal(["orders"], await TopicsAsync(again));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_data_folder_may_be_named_relative_to_the_working_folder()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        try
        {
            await using DuramenNode node = await DuramenNode.StartAsync(new DuramenNodeOptions { DataPath = Path.GetRelativePath(Environment.CurrentDirectory, path) });
            await CreateTopicAsync(node, "orders");
            Assert.NotEmpty(Directory.GetFileSystemEntries(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task Health_says_live_and_ready_and_readiness_is_a_committed_record()
    {
        await using DuramenNode node = await DuramenNode.StartAsync(WithHttp);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{node.HttpEndPoint}") };
        Assert.Equal("live\n", await http.GetStringAsync("/health/live"));
        Assert.Equal("ready\n", await http.GetStringAsync("/health/ready"));
        Assert.True(node.Logs.Find("duramen.health")!.Watermarks.Committed.Value > 0);
    }

    [Fact]
    public async Task A_node_that_cannot_commit_is_live_and_not_ready()
    {
        await using DuramenNode node = await DuramenNode.StartAsync(WithHttp);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{node.HttpEndPoint}") };
        await ((IAsyncDisposable)node.Logs).DisposeAsync();
        Assert.Equal("live\n", await http.GetStringAsync("/health/live"));
        using HttpResponseMessage ready = await http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.StartsWith("not ready: ", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_count_the_requests_of_this_node_alone()
    {
        await using DuramenNode node = await DuramenNode.StartAsync(WithHttp);
        await using DuramenNode other = await DuramenNode.StartAsync(WithHttp);
        await TopicsAsync(node);
        await TopicsAsync(node);
        await TopicsAsync(other);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{node.HttpEndPoint}") };
        string metrics = await http.GetStringAsync("/metrics");
        Assert.Contains("\nduramen_broker_requests_total{api=\"Metadata\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nduramen_broker_request_duration_seconds_count{api=\"Metadata\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("# TYPE duramen_broker_connections gauge\n", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing", "GET", HttpStatusCode.NotFound)]
    [InlineData("/metrics", "POST", HttpStatusCode.MethodNotAllowed)]
    public async Task Anything_else_over_http_is_refused(string path, string method, HttpStatusCode expected)
    {
        await using DuramenNode node = await DuramenNode.StartAsync(WithHttp);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{node.HttpEndPoint}") };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_and_nothing_stays_open()
    {
        await using DuramenNode first = await DuramenNode.StartAsync();
        DuramenException refusal = await Assert.ThrowsAsync<DuramenException>(() => DuramenNode.StartAsync(new DuramenNodeOptions { Kafka = first.KafkaEndPoint }));
        Assert.Equal(NodeErrors.AddressUnavailable, refusal.Code);
        Assert.Contains(first.KafkaEndPoint.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_node_listens_no_more_and_stopping_again_does_nothing()
    {
        DuramenNode node = await DuramenNode.StartAsync();
        IPEndPoint address = node.KafkaEndPoint;
        using WireClient idle = await WireClient.ConnectAsync(address);
        await node.DisposeAsync();
        await node.DisposeAsync();
        Assert.Null(await idle.ReceiveAsync());
        await Assert.ThrowsAnyAsync<SocketException>(() => WireClient.ConnectAsync(address));
    }

    private static async Task CreateTopicAsync(DuramenNode node, string name)
    {
        using WireClient client = await WireClient.ConnectAsync(node.KafkaEndPoint);
        CreateTopicsResponse response = await client.AskAsync(
            new CreateTopicsRequest { Topics = [new() { Name = name, NumPartitions = 2, ReplicationFactor = -1 }] }, version: 7);
        Assert.Equal(KafkaError.None, response.Topics[0].ErrorCode);
    }

    private static async Task<IEnumerable<string?>> TopicsAsync(DuramenNode node)
    {
        using WireClient client = await WireClient.ConnectAsync(node.KafkaEndPoint);
        return (await client.AskAsync(new MetadataRequest { Topics = null }, version: 9)).Topics.Select(topic => topic.Name);
    }
}
