using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Duramen.Cli.Clients;
using Duramen.Cli.Parsing;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.Cli.Entities;

/// <summary>An entity at a server, over HTTP: the Kafka protocol cannot append on condition.</summary>
internal sealed class HttpEntity : IEntitySource
{
    private const string ListenerConfig = "duramen.http.listener";
    private const string NoListener = "none";

    private const int LargeBytes = 1 << 20;

    // Longer than the server itself waits for what it has to fold.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpClient _http;
    private readonly string _path;
    private readonly string _query;

    private HttpEntity(Uri address, string topic, EntityKey key, long? partition)
    {
        // Without a proxy, like the connections to the server's other port.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = Patience };

        // In base 64, since a URL has no way for every key: it tidies up dots, and lets no zero byte through.
        _path = $"/v1/entities/{Uri.EscapeDataString(topic)}/base64:{Base64Url.EncodeToString(key.Bytes.Span)}";
        _query = partition is null ? "" : string.Create(CultureInfo.InvariantCulture, $"&partition={partition}");
    }

    /// <summary>Finds the server that the input names, and where it answers HTTP.</summary>
    /// <exception cref="DuramenException"><see cref="CliErrors.HttpNotServed"/>.</exception>
    public static async Task<HttpEntity> OpenAsync(CommandInput input, EntityKey key, CancellationToken interrupted)
    {
        // What is wrong with the command is said before anybody is asked.
        EntitySession.ReadAsOf(input, input.Text(EntitySession.AsOf.Name));
        EntitySession.ReadExpected(input, input.Text(EntityCommands.Expected.Name));
        string address = input.Text(EntitySession.Http.Name) ?? await FindAsync(input, interrupted).ConfigureAwait(false);
        return Uri.TryCreate($"http://{address}/", UriKind.Absolute, out Uri? uri) && uri.PathAndQuery == "/"
            ? new HttpEntity(uri, input.Argument(0)!, key, input.Number(ClientSession.Partition))
            : throw input.Wrong($"{EntitySession.Http.Name} is '{address}' and must be a host and a port with a colon between them");
    }

    public async Task<AppendedRecords> AppendAsync(IReadOnlyList<NewRecord> records, string? expected, string? requestId, CancellationToken interrupted)
    {
        byte[] written = Write(records, expected, requestId);
        using var body = new ByteArrayContent(written) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

        // One that is too large is refused before it is sent.
        return await AskAsync(
            new HttpRequestMessage(HttpMethod.Post, $"{_path}?{_query.TrimStart('&')}") { Content = body, Headers = { ExpectContinue = written.Length > LargeBytes } },
            answer => new AppendedRecords(
                answer.GetProperty("version").GetInt64(), answer.GetProperty("offset").GetInt64(), answer.GetProperty("partition").GetInt32(), answer.GetProperty("duplicate").GetBoolean()),
            interrupted).ConfigureAwait(false);
    }

    public Task<EntityRecords> ReadAsync(EntityVersion? from, int maxRecords, string? asOf, CancellationToken interrupted)
    {
        var query = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"limit={maxRecords}{_query}"));
        query.Append(from is { } version ? $"&from={version}" : "").Append(asOf is null ? "" : $"&asOf={Uri.EscapeDataString(asOf)}");
        return AskAsync(
            new HttpRequestMessage(HttpMethod.Get, $"{_path}?{query}"),
            answer => new EntityRecords(
                answer.GetProperty("partition").GetInt32(),
                [.. answer.GetProperty("records").EnumerateArray().Select(ReadRecord)],
                answer.GetProperty("next") is { ValueKind: JsonValueKind.Number } next ? new EntityVersion(next.GetInt64()) : null),
            interrupted);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> FindAsync(CommandInput input, CancellationToken interrupted)
    {
        await using KafkaClient client = ClientSession.Open(input);
        IReadOnlyDictionary<int, IReadOnlyList<ConfigEntry>> brokers = await new AdminClient(client).DescribeBrokersAsync(interrupted).ConfigureAwait(false);
        string?[] listeners = [.. brokers.Values.SelectMany(configs => configs).Where(config => config.Name == ListenerConfig).Select(config => config.Value)];
        return listeners.FirstOrDefault(listener => listener is not (null or NoListener)) ?? throw new DuramenException(
            CliErrors.HttpNotServed,
            listeners.Length > 0 ? $"The server at {client.Options.BootstrapServers} does not answer HTTP." : $"The server at {client.Options.BootstrapServers} is not Duramen's, and has no entities.",
            listeners.Length > 0 ? "Start it with --http HOST:PORT." : "Name one of Duramen's.");
    }

    private async Task<T> AskAsync<T>(HttpRequestMessage request, Func<JsonElement, T> read, CancellationToken interrupted)
    {
        using HttpRequestMessage asked = request;
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, interrupted).ConfigureAwait(false);
            using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(interrupted).ConfigureAwait(false));
            if (answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out JsonElement error))
            {
                throw new DuramenException(
                    new ErrorCode(error.GetProperty("code").GetString() ?? ""), error.GetProperty("message").GetString() ?? "", error.GetProperty("remedy").GetString() ?? "");
            }

            return read(answer.RootElement);
        }
        catch (Exception cause) when (cause is HttpRequestException or SocketException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            || (cause is OperationCanceledException && !interrupted.IsCancellationRequested))
        {
            throw new DuramenException(
                CliErrors.HttpFailed,
                $"{_http.BaseAddress!.Authority} did not answer over HTTP as a server of Duramen's: {cause.Message}",
                request.Method == HttpMethod.Post
                    ? "Whether the records were appended is not known: with --request-id the same append can be made again."
                    : "See whether the server runs, and whether the address is that of its HTTP port.",
                cause);
        }
    }

    private static byte[] Write(IReadOnlyList<NewRecord> records, string? expected, string? requestId)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("records"u8);
            foreach (NewRecord record in records)
            {
                writer.WriteStartObject();
                if (record.Value is { } value)
                {
                    writer.WriteBase64String("valueBase64"u8, value.Span);
                }
                else
                {
                    writer.WriteNull("value"u8);
                }

                writer.WriteStartArray("headers"u8);
                foreach (RecordHeader header in record.Headers)
                {
                    writer.WriteStartObject();
                    writer.WriteString("key"u8, header.Key);
                    writer.WriteString("value"u8, Encoding.UTF8.GetString(header.Value!.Value.Span));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (long.TryParse(expected, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
            {
                writer.WriteNumber("expectedVersion"u8, version);
            }
            else
            {
                writer.WriteString("expectedVersion"u8, expected ?? "any");
            }

            writer.WriteString("requestId"u8, requestId);
            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    private static EntityRecord ReadRecord(JsonElement record) => new(
        new EntityVersion(record.GetProperty("version").GetInt64()),
        ReadBytes(record.GetProperty("value")),
        [.. record.GetProperty("headers").EnumerateArray().Select(header => new RecordHeader(header.GetProperty("key").GetString()!, ReadBytes(header.GetProperty("value"))))],
        record.TryGetProperty("requestId", out JsonElement requestId) ? requestId.GetString() : null,
        new Offset(record.GetProperty("offset").GetInt64()),
        record.GetProperty("timestamp").GetInt64());

    private static ReadOnlyMemory<byte>? ReadBytes(JsonElement bytes) => bytes.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => bytes.GetProperty("base64").GetBytesFromBase64(),
        _ => Encoding.UTF8.GetBytes(bytes.GetString()!),
    };
}
