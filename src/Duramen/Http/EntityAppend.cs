using System.Globalization;
using System.Text;
using System.Text.Json;
using Duramen.Core.Errors;
using Duramen.Records.Batches;
using Duramen.State.Entities;

namespace Duramen.Http;

/// <summary>An append to an entity as it is asked for in a body.</summary>
/// <param name="Records">The records.</param>
/// <param name="Expected">What the entity has to be like.</param>
/// <param name="RequestId">By what the append is recognised when it comes again; null for nothing.</param>
internal sealed record EntityAppend(IReadOnlyList<NewRecord> Records, ExpectedVersion Expected, string? RequestId)
{
    private static readonly JsonDocumentOptions Format = new() { MaxDepth = HttpLimits.MaxBodyDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a body.</summary>
    /// <exception cref="DuramenException"><see cref="HttpErrors.RequestInvalid"/>.</exception>
    public static EntityAppend Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Format);
            return Read(document.RootElement);
        }
        catch (JsonException cause)
        {
            throw HttpRefusals.Body(cause.Message);
        }
        catch (InvalidOperationException)
        {
            // What the reader says of a string that is JSON, and whose escapes are no text.
            throw HttpRefusals.Body("A string in it is not valid Unicode.");
        }
    }

    private static EntityAppend Read(JsonElement body)
    {
        IReadOnlyList<NewRecord>? records = null;
        ExpectedVersion expected = ExpectedVersion.Any;
        string? requestId = null;
        foreach (JsonProperty property in Properties(body, "The body"))
        {
            switch (property.Name)
            {
                case "records":
                    records = [.. Items(property.Value, "records").Select(ReadRecord)];
                    break;
                case "expectedVersion":
                    expected = ReadExpected(property.Value);
                    break;
                case "requestId":
                    requestId = property.Value.ValueKind is JsonValueKind.Null ? null : Text(property.Value, "requestId");
                    break;
                default:
                    throw HttpRefusals.Body($"there is no property '{property.Name}'; it has records, expectedVersion and requestId.");
            }
        }

        return new EntityAppend(records ?? throw HttpRefusals.Body("records is missing."), expected, requestId);
    }

    private static NewRecord ReadRecord(JsonElement record)
    {
        bool hasValue = false;
        byte[]? value = null;
        List<RecordHeader> headers = [];
        foreach (JsonProperty property in Properties(record, "A record"))
        {
            switch (property.Name)
            {
                case "value" or "valueBase64" when hasValue:
                    throw HttpRefusals.Body("a record has value or valueBase64, not both.");
                case "value":
                    (hasValue, value) = (true, Bytes(property.Value, "value"));
                    break;
                case "valueBase64":
                    (hasValue, value) = (true, FromBase64(property.Value, "valueBase64"));
                    break;
                case "headers":
                    headers = ReadHeaders(property.Value);
                    break;
                default:
                    throw HttpRefusals.Body($"there is no property '{property.Name}' of a record; it has value or valueBase64, and headers.");
            }
        }

        return hasValue ? new NewRecord(value is null ? (ReadOnlyMemory<byte>?)null : value) { Headers = headers } : throw HttpRefusals.Body("a record has no value; one that has none on purpose says null.");
    }

    // By name, or one by one as they are answered, for a name that is there twice and an order that counts.
    private static List<RecordHeader> ReadHeaders(JsonElement headers)
    {
        if (headers.ValueKind == JsonValueKind.Object)
        {
            return [.. headers.EnumerateObject().Select(header => new RecordHeader(header.Name, ToMemory(Bytes(header.Value, $"the header '{header.Name}'"))))];
        }

        List<RecordHeader> read = [];
        foreach (JsonElement header in Items(headers, "headers"))
        {
            string? name = null;
            byte[]? value = null;
            foreach (JsonProperty property in Properties(header, "A header"))
            {
                (name, value) = property.Name switch
                {
                    "key" => (Text(property.Value, "key"), value),
                    "value" => (name, Bytes(property.Value, "value")),
                    _ => throw HttpRefusals.Body($"there is no property '{property.Name}' of a header; it has key and value."),
                };
            }

            read.Add(new RecordHeader(name ?? throw HttpRefusals.Body("a header has no key."), ToMemory(value)));
        }

        return read;
    }

    private static ExpectedVersion ReadExpected(JsonElement expected) => expected.ValueKind switch
    {
        JsonValueKind.Number when expected.TryGetInt64(out long version) && version is >= 0 and < long.MaxValue => ExpectedVersion.Exactly(new EntityVersion(version)),
        JsonValueKind.String when expected.ValueEquals("any") => ExpectedVersion.Any,
        JsonValueKind.String when expected.ValueEquals("none") => ExpectedVersion.MustNotExist,
        JsonValueKind.String when expected.ValueEquals("exists") => ExpectedVersion.MustExist,

        // Null is what a program writes that has lost its version: it must not get an append without a condition.
        _ => throw HttpRefusals.Body("expectedVersion is a whole number from 0 on, none, any or exists, or is left out."),
    };

    // Text, null, or bytes as they are answered.
    private static byte[]? Bytes(JsonElement value, string name)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return Encoding.UTF8.GetBytes(value.GetString()!);
            case JsonValueKind.Object when value.TryGetProperty("base64", out JsonElement base64) && value.GetPropertyCount() == 1:
                return FromBase64(base64, name);
            default:
                throw HttpRefusals.Body($"{name} is a string, null or {{\"base64\": \"...\"}}; JSON in it is written as a string.");
        }
    }

    private static byte[] FromBase64(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw HttpRefusals.Body($"{name} is not base 64.");

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw HttpRefusals.Body($"{name} is not a string.");

    private static JsonElement.ObjectEnumerator Properties(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw HttpRefusals.Body($"{name} is not an object.");

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Array ? throw HttpRefusals.Body($"{name} is not an array.")
        : element.GetArrayLength() <= EntityLimits.AppendMaxRecords ? element.EnumerateArray()
        : throw HttpRefusals.Body(string.Create(CultureInfo.InvariantCulture, $"{name} has more than {EntityLimits.AppendMaxRecords} items."));

    private static ReadOnlyMemory<byte>? ToMemory(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : bytes;
}
