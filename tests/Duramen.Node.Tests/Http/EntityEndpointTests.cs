using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Duramen.Derived;
using Duramen.Log;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.Node.Tests.Http;

public sealed class EntityEndpointTests
{
    [Fact]
    public async Task Records_are_appended_on_condition_of_the_version_and_read_again()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        JsonElement placed = await AppendAsync(node, "/v1/entities/orders/7", """{"records":[{"value":"placed","headers":{"by":"ann"}}],"expectedVersion":"none"}""");
        Assert.Equal("""{"version":1,"offset":0,"partition":0,"duplicate":false}""", placed.GetRawText());
        JsonElement paid = await AppendAsync(node, "/v1/entities/orders/7", """{"records":[{"value":"paid"},{"value":null},{"valueBase64":"/w=="}],"expectedVersion":1}""");
        Assert.Equal((4, 3), (paid.GetProperty("version").GetInt32(), paid.GetProperty("offset").GetInt32()));

        JsonElement entity = await node.GetAsync("/v1/entities/orders/7");
        Assert.Equal(4, entity.GetProperty("version").GetInt32());
        Assert.Equal(
            ["1 \"placed\" 0", "2 \"paid\" 1", "3 null 2", "4 {\"base64\":\"/w==\"} 3"],
            entity.GetProperty("records").EnumerateArray().Select(record => $"{record.GetProperty("version")} {record.GetProperty("value").GetRawText()} {record.GetProperty("offset")}"));
        Assert.Equal("""[{"key":"by","value":"ann"}]""", entity.GetProperty("records")[0].GetProperty("headers").GetRawText());
        Assert.Equal(JsonValueKind.Null, entity.GetProperty("next").ValueKind);

        // The same records are the table's, and any Kafka client's.
        Assert.Equal(4, (await node.GetAsync("/v1/tables/orders/7/history")).GetProperty("versions").GetArrayLength());
    }

    [Fact]
    public async Task A_conflict_says_the_version_that_there_is()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        await AppendAsync(node, "/v1/entities/orders/7", """{"records":[{"value":"a"},{"value":"b"}]}""");
        foreach (string expected in (string[])["\"none\"", "0", "1", "3"])
        {
            using HttpResponseMessage response = await PostAsync(node, "/v1/entities/orders/7", $$"""{"records":[{"value":"c"}],"expectedVersion":{{expected}}}""");
            Assert.Equal(2, (await HttpNode.RefusedAsync(response, 409, "entity-conflict")).GetProperty("actualVersion").GetInt32());
        }

        using HttpResponseMessage missing = await PostAsync(node, "/v1/entities/orders/8", """{"records":[{"value":"c"}],"expectedVersion":"exists"}""");
        await HttpNode.RefusedAsync(missing, 409, "entity-conflict");
        Assert.Equal(2, node.Log("orders").Watermarks.End.Value);
    }

    [Fact]
    public async Task An_index_that_its_disk_failed_goes_on_when_the_disk_takes_it_again()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        const string Body = """{"records":[{"value":"a"}]}""";
        try
        {
            // Of which a partition keeps a mebibyte before it has to write.
            await using HttpNode node = await HttpNode.StartAsync(path, new StateOptions { MemoryBytes = 16 << 20 });
            await node.CreateTopicAsync("orders");
            await AppendAsync(node, "/v1/entities/orders/7", Body);
            string store = Directory.GetDirectories(Path.Combine(path, "derived", "entities"), "0000*", SearchOption.AllDirectories).Single();
            string away = Path.Combine(path, "away");
            Directory.Move(store, away);
            await File.WriteAllTextAsync(store, "in the way");
            int records = 0;
            HttpStatusCode status = HttpStatusCode.OK;
            for (; status == HttpStatusCode.OK; records++)
            {
                Assert.True(records < 1000, "the disk was never written to");
                await node.AppendAsync("orders", [(byte)'k'], new byte[100_000]);
                using HttpResponseMessage response = await node.Client.GetAsync("/v1/entities/orders/k?limit=1");
                status = response.StatusCode;
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            File.Delete(store);
            Directory.Move(away, store);
            Assert.Equal(records, (await node.GetAsync("/v1/entities/orders/k?limit=1")).GetProperty("version").GetInt32());
            Assert.Equal(2, (await AppendAsync(node, "/v1/entities/orders/7", Body)).GetProperty("version").GetInt32());
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_request_that_comes_again_is_answered_as_the_first_after_a_restart_too()
    {
        string path = Directory.CreateTempSubdirectory("duramen-").FullName;
        const string Body = """{"records":[{"value":"a"}],"expectedVersion":0,"requestId":"r1"}""";
        try
        {
            await using (HttpNode node = await HttpNode.StartAsync(path))
            {
                await node.CreateTopicAsync("orders");
                Assert.False((await AppendAsync(node, "/v1/entities/orders/7", Body)).GetProperty("duplicate").GetBoolean());
                Assert.True((await AppendAsync(node, "/v1/entities/orders/7", Body)).GetProperty("duplicate").GetBoolean());
            }

            await using HttpNode again = await HttpNode.StartAsync(path);
            JsonElement known = await AppendAsync(again, "/v1/entities/orders/7", Body);
            Assert.Equal("""{"version":1,"offset":0,"partition":0,"duplicate":true}""", known.GetRawText());
            Assert.Equal("r1", (await again.GetAsync("/v1/entities/orders/7")).GetProperty("records")[0].GetProperty("requestId").GetString());
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task Of_many_who_append_at_one_version_one_does()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        HttpResponseMessage[] responses = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(writer => PostAsync(node, "/v1/entities/orders/7", $$"""{"records":[{"value":"{{writer}}"}],"expectedVersion":0}""")));
        Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        Assert.All(responses.Where(response => response.StatusCode != HttpStatusCode.OK), response => Assert.Equal(HttpStatusCode.Conflict, response.StatusCode));
        Assert.Equal(1, node.Log("orders").Watermarks.End.Value);
    }

    [Fact]
    public async Task An_entity_is_read_in_pages_backwards_and_as_it_was()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        await node.AppendAsync("orders", "a=1 b=1 a=2 a=3");

        static string Show(JsonElement entity) => $"{entity.GetProperty("version")}: {string.Join(' ', entity.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("value")))} > {entity.GetProperty("next")}";
        Assert.Equal("3: 1 2 > 3", Show(await node.GetAsync("/v1/entities/orders/a?limit=2")));
        Assert.Equal("3: 3 > ", Show(await node.GetAsync("/v1/entities/orders/a?from=3")));
        Assert.Equal("3: 3 2 > 1", Show(await node.GetAsync("/v1/entities/orders/a?limit=2&backwards=true")));
        Assert.Equal("1: 1 > ", Show(await node.GetAsync("/v1/entities/orders/a?asOf=2")));
        Assert.Equal("2: 1 2 > ", Show(await node.GetAsync("/v1/entities/orders/a?asOf=@1002")));
        Assert.Equal("0:  > ", Show(await node.GetAsync("/v1/entities/orders/c")));
    }

    [Fact]
    public async Task Entities_are_spread_over_partitions_as_Kafkas_producer_spreads_keys()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders", partitions: 3);
        var partitions = new HashSet<int>();
        foreach (string key in (string[])["a", "b", "c", "d", "e", "f"])
        {
            int partition = (await AppendAsync(node, $"/v1/entities/orders/{key}", """{"records":[{"value":"x"}]}""")).GetProperty("partition").GetInt32();
            Assert.Equal(Duramen.Core.Checksums.Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 3), partition);
            Assert.Equal(1, (await node.GetAsync($"/v1/entities/orders/{key}?asOf=@9999999999999")).GetProperty("version").GetInt32());
            partitions.Add(partition);
        }

        Assert.True(partitions.Count > 1);
        int elsewhere = (Duramen.Core.Checksums.Murmur2.PartitionOf("a"u8, 3) + 1) % 3;
        Assert.Equal(0, (await node.GetAsync($"/v1/entities/orders/a?partition={elsewhere}")).GetProperty("version").GetInt32());
        await AppendAsync(node, $"/v1/entities/orders/a?partition={elsewhere}", """{"records":[{"value":"x"}],"expectedVersion":0}""");
        await node.RefusedAsync("/v1/entities/orders/a?partition=3", 422, "partition-unknown");
    }

    [Fact]
    public async Task What_an_entity_gets_has_the_epoch_of_the_leader_and_a_note_of_who_appended_it()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        await AppendAsync(node, "/v1/entities/orders/7", """{"records":[{"value":"a"}]}""");
        using (LogSlice slice = await node.Log("orders").ReadAsync(default, ReadLimits.Default))
        {
            Assert.True(RecordBatchView.TryRead(slice.Batches.Span, out RecordBatchView batch));
            Assert.Equal(0, batch.LeaderEpoch.Value);
        }

        using LogSlice notes = await node.Log("__audit").ReadAsync(default, ReadLimits.Default);
        Assert.Contains("duramen.entities", Encoding.UTF8.GetString(notes.Batches.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_topic_asks_of_producers_holds_for_what_its_entities_get()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("stamped", configs: "message.timestamp.type=LogAppendTime");
        await node.CreateTopicAsync("safe", configs: "min.insync.replicas=2");
        await AppendAsync(node, "/v1/entities/stamped/7", """{"records":[{"value":"a"},{"value":"b"}]}""");
        using (LogSlice slice = await node.Log("stamped").ReadAsync(default, ReadLimits.Default))
        {
            Assert.True(RecordBatchView.TryRead(slice.Batches.Span, out RecordBatchView batch));
            Assert.True(batch.IsLogAppendTime);
        }

        using HttpResponseMessage unsafeAppend = await PostAsync(node, "/v1/entities/safe/7", """{"records":[{"value":"a"}]}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsafeAppend.StatusCode);
        Assert.Contains("min.insync.replicas", await unsafeAppend.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/__audit/7", """{"records":[{"value":"a"}]}"""), 404, "topic-unknown");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"records":{}}""")]
    [InlineData("""{"records":[1]}""")]
    [InlineData("""{"records":[{}]}""")]
    [InlineData("""{"records":[{"value":1}]}""")]
    [InlineData("""{"records":[{"value":{"a":1}}]}""")]
    [InlineData("""{"records":[{"value":"a","valueBase64":"AA=="}]}""")]
    [InlineData("""{"records":[{"valueBase64":"A"}]}""")]
    [InlineData("""{"records":[{"value":"a","extra":1}]}""")]
    [InlineData("""{"records":[{"value":"a","headers":[{"value":"a"}]}]}""")]
    [InlineData("""{"records":[{"value":"a","headers":"a"}]}""")]
    [InlineData("""{"records":[{"value":"a"}],"expectedVersion":-1}""")]
    [InlineData("""{"records":[{"value":"a"}],"expectedVersion":1.5}""")]
    [InlineData("""{"records":[{"value":"a"}],"expectedVersion":"some"}""")]
    [InlineData("""{"records":[{"value":"a"}],"expectedVersion":null}""")]
    [InlineData("""{"records":[{"value":"a"}],"requestId":1}""")]
    [InlineData("""{"records":[{"value":"a"}],"more":1}""")]
    [InlineData("""{"records":[{"value":"a"}],"records":[]}""")]
    [InlineData("""{"records":[{"value":"\ud800"}]}""")]
    [InlineData("""{"records":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    public async Task A_body_that_is_none_is_refused_and_nothing_is_appended(string body)
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        using HttpResponseMessage response = await PostAsync(node, "/v1/entities/orders/7", body);
        await HttpNode.RefusedAsync(response, 400, "http-request-invalid");
        Assert.Equal(0, node.Log("orders").Watermarks.End.Value);
    }

    [Fact]
    public async Task What_is_wrong_with_an_append_is_said_with_a_code()
    {
        const string Body = """{"records":[{"value":"a"}]}""";
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/none/7", Body), 404, "topic-unknown");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders", Body), 404, "http-path-unknown");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders/7?expectedVersion=1", Body), 400, "http-request-invalid");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders/7", """{"records":[]}"""), 422, "entity-invalid");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders/7", """{"records":[{"value":"a","headers":{"duramen.version":"9"}}]}"""), 422, "entity-invalid");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders/7", $$"""{"records":[{"value":"{{new string('a', 2 << 20)}}"}]}"""), 413, "append-too-large");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders/7", $$"""{"records":[{"value":"{{new string('a', 9 << 20)}}"}]}"""), 413, "http-body-too-large");
        await HttpNode.RefusedAsync(await PostAsync(node, "/v1/entities/orders/7", Body, "text/plain"), 415, "http-body-type-unknown");
        await HttpNode.RefusedAsync(await node.Client.DeleteAsync("/v1/entities/orders/7"), 405, "http-method-not-allowed");
        await node.RefusedAsync("/v1/entities/orders/7?asOf=1", 422, "store-beyond-position");
        await node.RefusedAsync("/v1/entities/orders/7?asOf=1:0", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/entities/orders/7?backwards=1", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/entities/orders/7?from=-1", 400, "http-request-invalid");
        Assert.Equal(0, node.Log("orders").Watermarks.End.Value);
    }

    [Fact]
    public async Task A_program_appends_to_the_entities_of_its_node_without_http()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("orders", partitions: 4);
        Duramen.Entities.TopicEntities orders = node.Node.Entities("orders");
        EntityAppendResult placed = await orders.AppendAsync("7", ["placed"], ExpectedVersion.MustNotExist);
        await orders.AppendAsync("7", ["paid"], placed.Version);
        EntityException conflict = await Assert.ThrowsAsync<EntityException>(async () => await orders.AppendAsync("7", ["paid"], placed.Version));
        Assert.Equal(new EntityVersion(2), conflict.ActualVersion);
        Assert.False((await orders.TryAppendAsync("7", ["paid"], placed.Version)).IsStored);
        Assert.Equal(new EntityVersion(2), await orders.GetVersionAsync("7"));
        Assert.Equal(2, (await orders.ReadAsync("7")).Records.Count);
    }

    // A body that is refused for its length is not sent by a client that asks first.
    private static Task<HttpResponseMessage> PostAsync(HttpNode node, string target, string body, string type = "application/json")
    {
        var content = new StringContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return node.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, target) { Content = content, Headers = { ExpectContinue = body.Length > 1 << 20 } });
    }

    private static async Task<JsonElement> AppendAsync(HttpNode node, string target, string body)
    {
        using HttpResponseMessage response = await PostAsync(node, target, body);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer);
        return JsonDocument.Parse(answer).RootElement;
    }
}
