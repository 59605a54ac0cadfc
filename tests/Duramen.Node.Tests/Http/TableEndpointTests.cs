using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Duramen.Node.Tests.Http;

public sealed class TableEndpointTests
{
    [Fact]
    public async Task A_key_is_read_as_it_is_and_as_it_was()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1 b=2 a=3 b=");

        Assert.Equal("""{"key":"a","value":"3","offset":2,"timestamp":1002,"partition":0}""", (await node.GetAsync("/v1/tables/t/a")).GetRawText());
        Assert.Equal("1", Value(await node.GetAsync("/v1/tables/t/a?asOf=2")));
        Assert.Equal("1", Value(await node.GetAsync("/v1/tables/t/a?asOf=@1001")));
        Assert.Equal("3", Value(await node.GetAsync("/v1/tables/t/a?asOf=1970-01-01T01:00:01.002%2B01:00")));
        Assert.Equal("3", Value(await node.GetAsync("/v1/tables/t/a?asOf=1970-01-01T01:00:01.002+01:00")));
        Assert.Equal("3", Value(await node.GetAsync("/v1/tables/t/a?asOf=1970-01-01%2000:00:01.002")));
        Assert.Equal("3", Value(await node.GetAsync("/v1/tables/t/a?asOf=1970-01-01+01:00:01.002+01")));
        Assert.Equal("2", Value(await node.GetAsync("/v1/tables/t/b?asOf=0:3")));
        await node.RefusedAsync("/v1/tables/t/b", 404, "key-unknown");
        await node.RefusedAsync("/v1/tables/t/a?asOf=0", 404, "key-unknown");
    }

    [Fact]
    public async Task A_read_sees_what_was_acknowledged_before_it()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        for (int value = 0; value < 100; value++)
        {
            await node.AppendAsync("t", $"a={value}");
            Assert.Equal($"{value}", Value(await node.GetAsync("/v1/tables/t/a")));
        }
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("history", "history")]
    [InlineData("diff", "diff")]
    [InlineData("a b+c%", "a%20b+c%25")]
    [InlineData("..", "%2e%2e")]
    [InlineData("ü?&=", "%C3%BC%3F%26%3D")]
    [InlineData("", "")]
    public async Task Any_key_has_a_path(string key, string encoded)
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", Encoding.UTF8.GetBytes(key), "v"u8.ToArray());

        Assert.Equal(key, (await RawAsync(node, $"/v1/tables/t/{encoded}")).GetProperty("key").GetString());
        Assert.Equal(key, (await RawAsync(node, $"/v1/tables/t/{encoded}/history")).GetProperty("versions")[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task Keys_and_values_may_be_any_bytes()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", [1, 0xFF], [0xFE, 1]);
        await node.AppendAsync("t", [0, 0xFF], [0xFE, 2]);

        JsonElement row = await node.GetAsync("/v1/tables/t/%01%FF");
        Assert.Equal([1, 0xFF], row.GetProperty("key").GetProperty("base64").GetBytesFromBase64());
        Assert.Equal([0xFE, 1], row.GetProperty("value").GetProperty("base64").GetBytesFromBase64());
        Assert.Equal(1, (await node.GetAsync("/v1/tables/t?prefix=%00%FF")).GetProperty("rows").GetArrayLength());

        // Servers and proxies refuse zero bytes in paths.
        row = await node.GetAsync("/v1/tables/t/base64:AP8");
        Assert.Equal([0xFE, 2], row.GetProperty("value").GetProperty("base64").GetBytesFromBase64());
        await node.RefusedAsync("/v1/tables/t/base64:A", 400, "http-request-invalid");
    }

    [Fact]
    public async Task A_value_comes_as_its_bytes_when_that_is_asked_for()
    {
        byte[] value = [.. Enumerable.Range(0, 300_000).Select(number => (byte)(number * 7))];
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "k"u8.ToArray(), value);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/tables/t/k") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/octet-stream") } } };
        using HttpResponseMessage response = await node.Client.SendAsync(request);

        Assert.Equal(value, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", response.Headers.GetValues("Duramen-Offset").Single());
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_value_is_whole_in_json(bool isText)
    {
        // Characters of three bytes, so that pieces end within one.
        byte[] value = isText ? Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("€\"x", 100_000))) : [.. Enumerable.Range(0, 300_001).Select(number => (byte)(number * 7))];
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "k"u8.ToArray(), value);

        foreach (JsonElement row in (JsonElement[])[await node.GetAsync("/v1/tables/t/k"), (await node.GetAsync("/v1/tables/t")).GetProperty("rows")[0]])
        {
            JsonElement read = row.GetProperty("value");
            Assert.Equal(value, isText ? Encoding.UTF8.GetBytes(read.GetString()!) : read.GetProperty("base64").GetBytesFromBase64());
        }
    }

    [Fact]
    public async Task Pages_of_a_scan_are_all_of_one_moment()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t", partitions: 2);
        await node.AppendAsync("t", "a=1 c=3 e=5", partition: 0);
        await node.AppendAsync("t", "b=2 c=4 d=6", partition: 1);

        string[] rows = await PagesAsync(
            node, "/v1/tables/t?limit=2", "rows", row => $"{row.GetProperty("key")}{row.GetProperty("value")}@{row.GetProperty("partition")}", async () => await node.AppendAsync("t", "a= c=9 z=9"));
        Assert.Equal(["a1@0", "b2@1", "c3@0", "c4@1", "d6@1", "e5@0"], rows);

        rows = await PagesAsync(node, "/v1/tables/t?limit=1&from=b&to=d&asOf=0:3,1:2", "rows", row => $"{row.GetProperty("key")}{row.GetProperty("value")}");
        Assert.Equal(["b2", "c3", "c4"], rows);
        Assert.Equal("0:3,1:2", (await node.GetAsync("/v1/tables/t?asOf=0:3,1:2")).GetProperty("asOf").GetString());
    }

    [Fact]
    public async Task A_history_has_every_version_and_its_pages_too()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1 b=1 a= a=2");

        static string Show(JsonElement row) => $"{row.GetProperty("offset")}:{row.GetProperty("value")}";
        Assert.Equal(["0:1", "2:", "3:2"], (await node.GetAsync("/v1/tables/t/a/history")).GetProperty("versions").EnumerateArray().Select(Show));
        Assert.Equal(["0:1", "2:", "3:2"], await PagesAsync(node, "/v1/tables/t/a/history?limit=1", "versions", Show, async () => await node.AppendAsync("t", "a=3")));
        Assert.Equal(["0:1"], (await node.GetAsync("/v1/tables/t/a/history?asOf=2")).GetProperty("versions").EnumerateArray().Select(Show));
        Assert.Empty((await node.GetAsync("/v1/tables/t/x/history")).GetProperty("versions").EnumerateArray());
    }

    [Fact]
    public async Task A_difference_says_what_was_added_changed_and_removed()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1 b=2 c=3 a=4 b= d=5");

        static string Show(JsonElement row) => $"{row.GetProperty("change")} {row.GetProperty("key")} {row.GetProperty("old")}->{row.GetProperty("new")}";
        string[] expected = ["changed a 1->4", "removed b 2->", "added d ->5"];
        Assert.Equal(expected, (await node.GetAsync("/v1/tables/t/diff?from=3&to=6")).GetProperty("changes").EnumerateArray().Select(Show));
        Assert.Equal(expected, await PagesAsync(node, "/v1/tables/t/diff?from=3&limit=1", "changes", Show, async () => await node.AppendAsync("t", "a= e=1")));
    }

    [Fact]
    public async Task Topics_are_listed_with_their_ends()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("a");
        await node.CreateTopicAsync("b", partitions: 2);
        await node.AppendAsync("a", "a=1 b=2");

        Assert.Equal(
            """{"topics":[{"topic":"a","partitions":1,"end":"2"},{"topic":"b","partitions":2,"end":"0:0,1:0"}]}""", (await node.GetAsync("/v1/tables")).GetRawText());
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_said_with_a_code()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.CreateTopicAsync("two", partitions: 2);
        await node.AppendAsync("t", "a=1 b=2");
        await node.AppendAsync("two", "a=1", partition: 0);
        await node.AppendAsync("two", "a=2", partition: 1);
        string cursor = (await node.GetAsync("/v1/tables/t?limit=1")).GetProperty("next").GetString()!;

        await node.RefusedAsync("/v1/tables/none", 404, "topic-unknown");
        await node.RefusedAsync("/v1/tables/none/a", 404, "topic-unknown");
        await node.RefusedAsync("/v1/tables/t/a/b", 404, "http-path-unknown");
        await node.RefusedAsync("/v1/tables/t/a/history/b", 404, "http-path-unknown");
        await node.RefusedAsync("/v2", 404, "http-path-unknown");
        await node.RefusedAsync("/v1/tables/%FF/a", 400, "http-request-invalid");
        Assert.Contains("http-request-invalid", await RawAsync(node, "/v1/tables/t/a?asOf=%4", 400), StringComparison.Ordinal);
        await node.RefusedAsync("/v1/tables/t/a?asof=1", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/a?asOf=1&asOf=2", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/a?asOf=yesterday", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/a?asOf=-1", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/a?asOf=3", 422, "store-beyond-position");
        await node.RefusedAsync("/v1/tables/t/a?asOf=99999999999999999999", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/a?asOf=1:0", 422, "table-moment-invalid");
        await node.RefusedAsync("/v1/tables/two/a?asOf=1", 422, "table-moment-invalid");
        await node.RefusedAsync("/v1/tables/two/a", 409, "table-key-ambiguous");
        await node.RefusedAsync("/v1/tables/two/a?partition=2", 422, "table-moment-invalid");
        Assert.Equal("2", Value(await node.GetAsync("/v1/tables/two/a?partition=1")));
        await node.RefusedAsync("/v1/tables/t?limit=0", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t?limit=10001", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t?prefix=a&to=b", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t?after=AAAA", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t?after=%2B", 400, "http-request-invalid");
        await node.RefusedAsync($"/v1/tables/t?after={cursor}&asOf=1", 400, "http-request-invalid");
        await node.RefusedAsync($"/v1/tables/t?after={cursor}&asOf=1:2", 400, "http-request-invalid");
        await node.RefusedAsync($"/v1/tables/t?after={cursor}&asOf=yesterday", 400, "http-request-invalid");
        await node.RefusedAsync($"/v1/tables/two?after={cursor}", 400, "http-request-invalid");
        await node.RefusedAsync($"/v1/tables/t/diff?after={cursor}", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/diff?to=1", 400, "http-request-invalid");
        await node.RefusedAsync("/v1/tables/t/diff?from=0&to=3", 422, "store-beyond-position");
        using HttpResponseMessage posted = await node.Client.PostAsync("/v1/tables/t/a", null);
        await HttpNode.RefusedAsync(posted, 405, "http-method-not-allowed");
        Assert.Equal(["GET", "HEAD"], posted.Content.Headers.Allow);
    }

    [Fact]
    public async Task What_is_below_the_horizon_is_gone()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1 b=2 c=3");
        await node.Log("t").TrimAsync(new(2));

        await node.RefusedAsync("/v1/tables/t/a?asOf=1", 410, "store-below-horizon");
        await node.RefusedAsync("/v1/tables/t/a/history?asOf=1", 410, "store-below-horizon");
        Assert.Equal("3", Value(await node.GetAsync("/v1/tables/t/c")));
    }

    [Fact]
    public async Task A_head_is_the_answer_to_a_get_without_its_body()
    {
        await using HttpNode node = await HttpNode.StartAsync();
        await node.CreateTopicAsync("t");
        await node.AppendAsync("t", "a=1");
        using HttpResponseMessage response = await node.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/tables/t/a"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((await node.Client.GetByteArrayAsync("/v1/tables/t/a")).Length, response.Content.Headers.ContentLength);
    }

    private static string? Value(JsonElement row) => row.GetProperty("value").GetString();

    // All rows of all pages, with the parameters of the first one on each; after the first page something else happens.
    private static async Task<string[]> PagesAsync(HttpNode node, string target, string rows, Func<JsonElement, string> show, Func<Task>? meanwhile = null)
    {
        var shown = new List<string>();
        string next = target;
        while (true)
        {
            JsonElement page = await node.GetAsync(next);
            shown.AddRange(page.GetProperty(rows).EnumerateArray().Select(show));
            if (page.GetProperty("next").GetString() is not string cursor)
            {
                return [.. shown];
            }

            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            meanwhile = null;
            next = $"{target}&after={cursor}";
        }
    }

    // Asks for a target exactly as it is: the client's own would tidy it up.
    private static async Task<string> RawAsync(HttpNode node, string target, int status)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(node.Node.HttpEndPoint!);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        string answer = await reader.ReadToEndAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        return answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..];
    }

    private static async Task<JsonElement> RawAsync(HttpNode node, string target) => JsonDocument.Parse(await RawAsync(node, target, 200)).RootElement;
}
