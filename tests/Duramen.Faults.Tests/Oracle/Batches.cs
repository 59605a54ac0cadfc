using System.Buffers.Binary;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Faults.Tests.Oracle;

/// <summary>Makes batches whose bytes no other tag gives.</summary>
internal static class Batches
{
    public static byte[] Of(string tag, int records, int valueBytes)
    {
        using var builder = new RecordBatchBuilder();
        byte[] value = new byte[valueBytes];
        byte[] text = Encoding.UTF8.GetBytes(tag);
        for (int index = 0; index < valueBytes; index++)
        {
            value[index] = (byte)(text[index % text.Length] + (index / text.Length));
        }

        for (int record = 0; record < records; record++)
        {
            builder.Append(1_700_000_000_000 + record, text, value);
        }

        return builder.Build().ToArray();
    }

    /// <summary>A batch of an idempotent producer; its bytes follow from the arguments.</summary>
    public static byte[] From(long producer, short epoch, int sequence, int records, int valueBytes)
    {
        using var builder = new RecordBatchBuilder();
        builder.SetProducer(new ProducerId(producer), epoch, sequence);
        byte[] value = new byte[valueBytes];
        for (int record = 0; record < records; record++)
        {
            BinaryPrimitives.WriteInt32BigEndian(value, sequence + record);
            builder.Append(1_700_000_000_000 + sequence, Encoding.UTF8.GetBytes($"{producer}/{epoch}"), value);
        }

        return builder.Build().ToArray();
    }

    public static byte[] Join(IEnumerable<byte[]> batches) => [.. batches.SelectMany(batch => batch)];

    /// <summary>What a batch says of its producer; the sequence number is the one that the next batch must begin with.</summary>
    public static (long Producer, short Epoch, int NextSequence) ProducerOf(byte[] bytes)
    {
        RecordBatchView.TryRead(bytes, out RecordBatchView batch);
        return (batch.ProducerId.Value, batch.ProducerEpoch, (int)((batch.BaseSequence + (long)batch.RecordCount) & int.MaxValue));
    }

    public static int RecordsOf(byte[] batch) => BinaryPrimitives.ReadInt32BigEndian(batch.AsSpan(RecordBatchLayout.RecordCount));

    /// <summary>What the log is to give back for a batch that it gave an offset.</summary>
    public static byte[] Stamped(byte[] batch, long baseOffset)
    {
        byte[] stamped = [.. batch];
        BinaryPrimitives.WriteInt64BigEndian(stamped.AsSpan(RecordBatchLayout.BaseOffset), baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(stamped.AsSpan(RecordBatchLayout.PartitionLeaderEpoch), LeaderEpoch.None.Value);
        return stamped;
    }
}
