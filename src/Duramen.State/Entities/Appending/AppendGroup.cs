using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.State.Entities.Appending;

/// <summary>
/// Appends to any number of entities that go into the log as one batch, all on one condition: that the log ends at <see cref="Base"/>. Guarded by the writer until the batch is built.
/// </summary>
internal sealed class AppendGroup : IDisposable
{
    /// <summary>As one message of Kafka's clients by default. An append that is larger has a group of its own.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly byte[][] SmallNumbers = [.. Enumerable.Range(0, 1024).Select(number => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))];

    private readonly RecordBatchBuilder _builder = new();
    private readonly List<RecordHeader> _headers = [];

    /// <summary>The offset of the first record.</summary>
    public Offset Base { get; private set; }

    /// <summary>The offset after the last record.</summary>
    public Offset Next => Base.Plus(_builder.Count);

    /// <summary>Those who are answered when the batch is in the log, in the order in which they were decided; some have no records in it.</summary>
    public List<EntityAppend> Appends { get; } = [];

    /// <summary>The size of the batch so far.</summary>
    public int SizeBytes => _builder.SizeBytes;

    /// <summary>Begins anew.</summary>
    public void Begin(Offset at)
    {
        Base = at;
        Appends.Clear();
        _builder.Reset();
    }

    /// <summary>Whether the records of an append fit.</summary>
    public bool HasRoomFor(EntityAppend append)
    {
        if (_builder.Count == 0)
        {
            return true;
        }

        long sizeBytes = _builder.SizeBytes;
        foreach (NewRecord record in append.Records)
        {
            sizeBytes += append.Key.Bytes.Length + (record.Value?.Length ?? 0);
        }

        return sizeBytes <= MaxBytes && _builder.Count + append.Records.Length <= EntityLimits.AppendMaxRecords;
    }

    /// <summary>Adds the records of an append to an entity at a version.</summary>
    public void Add(EntityAppend append, EntityVersion version, long nowMs)
    {
        ReadOnlySpan<byte> key = append.Key.Bytes.Span;
        ReadOnlySpan<NewRecord> records = append.Records;
        for (int index = 0; index < records.Length; index++)
        {
            NewRecord record = records[index];
            version = version.Plus(1);
            bool endsRequest = append.RequestId is not null && index == records.Length - 1;
            var number = new RecordHeader(EntityHeaders.Version, BytesOf(version));
            NullableBytes value = NullableBytes.Of(record.Value);
            if (record.Headers.Count == 0 && !endsRequest)
            {
                _builder.Append(record.TimestampMs ?? nowMs, key, value, new ReadOnlySpan<RecordHeader>(in number));
                continue;
            }

            _headers.Clear();
            _headers.AddRange(record.Headers);
            _headers.Add(number);
            if (endsRequest)
            {
                _headers.Add(new RecordHeader(EntityHeaders.Request, Encoding.UTF8.GetBytes(append.RequestId!)));
            }

            _builder.Append(record.TimestampMs ?? nowMs, key, value, CollectionsMarshal.AsSpan(_headers));
        }

        Appends.Add(append);
    }

    /// <summary>The batch; good until the group begins anew.</summary>
    public Memory<byte> Build() => _builder.Build();

    public void Dispose() => _builder.Dispose();

    private static byte[] BytesOf(EntityVersion version) =>
        version.Value < SmallNumbers.Length ? SmallNumbers[version.Value] : Encoding.ASCII.GetBytes(version.Value.ToString(CultureInfo.InvariantCulture));
}
