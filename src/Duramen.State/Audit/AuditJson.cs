using System.Globalization;
using System.Text.Json;
using Duramen.Core.Ids;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit;

/// <summary>
/// Seals and proofs as JSON, byte by byte in <c>docs/audit.md</c>. What is read back must be written exactly so: a property too many, a hash in capitals or base64
/// with loose ends is refused, so that no altered file says the same as the one that was written.
/// </summary>
public static class AuditJson
{
    // Tags say what a file is before anything else is believed of it.
    private const string SealTag = "seal";
    private const string ProofTag = "proof";
    private const int Version = 1;

    // A path has a hash or two for each level, and no tree has more than 63.
    private const int MaxPathLength = 130;

    private static readonly JsonDocumentOptions ReadOptions = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Writes a seal, as one object.</summary>
    public static void Write(Utf8JsonWriter writer, AuditSeal seal)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(seal);
        writer.WriteStartObject();
        writer.WriteString("duramen"u8, SealTag);
        writer.WriteNumber("version"u8, Version);
        writer.WriteString("log"u8, seal.Log);
        writer.WriteNumber("first"u8, seal.First.Value);
        writer.WriteNumber("asOf"u8, seal.AsOf.Value);
        writer.WriteNumber("batches"u8, seal.Batches);
        writer.WriteString("root"u8, seal.Root.ToString());
        writer.WriteEndObject();
    }

    /// <summary>Writes a proof, as one object.</summary>
    public static void Write(Utf8JsonWriter writer, AuditProof proof)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(proof);
        writer.WriteStartObject();
        writer.WriteString("duramen"u8, ProofTag);
        writer.WriteNumber("version"u8, Version);
        writer.WriteNumber("offset"u8, proof.Offset.Value);
        writer.WritePropertyName("seal"u8);
        Write(writer, proof.Seal);
        writer.WriteNumber("index"u8, proof.Index);
        writer.WriteBase64String("batch"u8, proof.Batch.Span);
        WritePath(writer, "inclusion", proof.Inclusion);
        if (proof.Since is { } since)
        {
            writer.WritePropertyName("since"u8);
            Write(writer, since);
            WritePath(writer, "consistency", proof.Consistency);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads a seal.</summary>
    /// <exception cref="StateException"><see cref="StateErrors.AuditMalformed"/>.</exception>
    public static AuditSeal ReadSeal(ReadOnlyMemory<byte> json) => Read(json, SealTag, ReadSeal);

    /// <summary>Reads a proof.</summary>
    /// <exception cref="StateException"><see cref="StateErrors.AuditMalformed"/>.</exception>
    public static AuditProof ReadProof(ReadOnlyMemory<byte> json) => Read(json, ProofTag, ReadProof);

    private static T Read<T>(ReadOnlyMemory<byte> json, string tag, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, ReadOptions);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what text says that is not of Unicode.
            throw Malformed(tag, $"it is not JSON: {error.Message}", error);
        }
    }

    private static AuditProof ReadProof(JsonElement element)
    {
        bool hasSince = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("since"u8, out _);
        CheckObject(element, ProofTag, hasSince
            ? ["duramen", "version", "offset", "seal", "index", "batch", "inclusion", "since", "consistency"]
            : ["duramen", "version", "offset", "seal", "index", "batch", "inclusion"]);
        return new AuditProof
        {
            Offset = new Offset(ReadNumber(element, "offset")),
            Seal = ReadSeal(element.GetProperty("seal"u8)),
            Index = ReadNumber(element, "index"),
            Batch = ReadBytes(element, "batch"),
            Inclusion = ReadPath(element, "inclusion"),
            Since = hasSince ? ReadSeal(element.GetProperty("since"u8)) : null,
            Consistency = hasSince ? ReadPath(element, "consistency") : [],
        };
    }

    private static AuditSeal ReadSeal(JsonElement element)
    {
        CheckObject(element, SealTag, ["duramen", "version", "log", "first", "asOf", "batches", "root"]);
        return new AuditSeal(
            ReadText(element, "log"),
            new Offset(ReadNumber(element, "first")),
            new Offset(ReadNumber(element, "asOf")),
            ReadNumber(element, "batches"),
            ReadHash(element.GetProperty("root"u8), "root"));
    }

    private static void CheckObject(JsonElement element, string tag, string[] names)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Malformed(tag, "it is no JSON object");
        }

        string[] found = [.. element.EnumerateObject().Select(property => property.Name)];
        if (found.Except(names).FirstOrDefault() is { } stranger)
        {
            throw Malformed(tag, $"it has a property '{stranger}'");
        }

        if (names.Except(found).FirstOrDefault() is { } missing)
        {
            throw Malformed(tag, $"it lacks '{missing}'");
        }

        if (ReadText(element, "duramen") != tag)
        {
            throw Malformed(tag, $"it is a '{ReadText(element, "duramen")}'");
        }

        if (ReadNumber(element, "version") != Version)
        {
            throw Malformed(tag, $"it is of version {ReadNumber(element, "version")}, and version {Version} is known");
        }
    }

    private static string ReadText(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Malformed(name, "it is no text");

    private static long ReadNumber(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) && number >= 0
            && value.GetRawText() == number.ToString(CultureInfo.InvariantCulture)
            ? number
            : throw Malformed(name, "it is no whole number from 0 up");

    private static byte[] ReadBytes(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out byte[]? bytes) && Convert.ToBase64String(bytes) == value.GetString()
            ? bytes
            : throw Malformed(name, "it is no base64");

    private static MerkleHash ReadHash(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.String && element.GetRawText()[1..^1] is var text && MerkleHash.TryParse(text, out MerkleHash hash) && hash.ToString() == text
            ? hash
            : throw Malformed(name, "it is no hash of 64 hexadecimal digits in small letters");

    private static IReadOnlyList<MerkleHash> ReadPath(JsonElement element, string name)
    {
        JsonElement path = element.GetProperty(name);
        return path.ValueKind == JsonValueKind.Array && path.GetArrayLength() <= MaxPathLength
            ? [.. path.EnumerateArray().Select(hash => ReadHash(hash, name))]
            : throw Malformed(name, $"it is no list of at most {MaxPathLength} hashes");
    }

    private static void WritePath(Utf8JsonWriter writer, string name, IReadOnlyList<MerkleHash> path)
    {
        writer.WriteStartArray(name);
        foreach (MerkleHash hash in path)
        {
            writer.WriteStringValue(hash.ToString());
        }

        writer.WriteEndArray();
    }

    private static StateException Malformed(string what, string fault, Exception? cause = null) => new(
        StateErrors.AuditMalformed, $"This is no {what} of an audit that can be read: {fault}.", "Give the file as 'audit seal' or 'audit prove' wrote it.", cause);
}
