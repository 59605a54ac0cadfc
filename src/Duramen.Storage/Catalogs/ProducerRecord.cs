using Duramen.Core.Ids;
using Duramen.Log.Producers;

namespace Duramen.Storage.Catalogs;

/// <summary>What the catalog keeps of the producers of one log.</summary>
internal static class ProducerRecord
{
    private const int ProducerMinBytes = 27;
    private const int RecentBytes = 34;

    public static void Write(CatalogWriter writer, ProducerHistory? producers)
    {
        writer.Int32(producers?.Settled.Count ?? 0);
        foreach (ProducerEntry entry in producers?.Settled.Producers ?? [])
        {
            ReadOnlySpan<SequenceRange> remembered = entry.Remembered;
            writer.Int64(entry.Producer.Value).Int16(entry.Epoch).Offset(entry.NextOffset).Int64(entry.LastActiveMs).Byte((byte)remembered.Length);
            foreach (SequenceRange batch in remembered)
            {
                WriteRange(writer, batch);
            }
        }

        writer.Int32(producers?.Recent.Count ?? 0);
        foreach ((ProducerBatch batch, long appendedMs) in producers?.Recent ?? [])
        {
            writer.Int64(batch.Producer.Value).Int16(batch.Epoch).Int64(appendedMs);
            WriteRange(writer, batch.Place);
        }
    }

    public static ProducerHistory? Read(ref CatalogReader reader)
    {
        var settled = new ProducerLedger();
        Span<SequenceRange> remembered = stackalloc SequenceRange[ProducerLimits.RememberedBatches];
        for (int left = reader.Count(ProducerMinBytes); left > 0; left--)
        {
            var producer = new ProducerId(reader.Int64());
            short epoch = reader.Int16();
            Offset nextOffset = reader.Offset();
            long lastActiveMs = reader.Int64();
            int count = reader.Byte();
            if (count > remembered.Length || settled.Find(producer) is not null)
            {
                throw reader.Damaged();
            }

            for (int index = 0; index < count; index++)
            {
                remembered[index] = ReadRange(ref reader);
            }

            settled.Restore(producer, epoch, nextOffset, lastActiveMs, remembered[..count]);
        }

        var recent = new RecentBatch[reader.Count(RecentBytes)];
        for (int index = 0; index < recent.Length; index++)
        {
            var producer = new ProducerId(reader.Int64());
            short epoch = reader.Int16();
            long appendedMs = reader.Int64();
            recent[index] = new RecentBatch(new ProducerBatch(producer, epoch, ReadRange(ref reader)), appendedMs);
        }

        return settled.Count > 0 || recent.Length > 0 ? new ProducerHistory(settled, recent) : null;
    }

    private static void WriteRange(CatalogWriter writer, SequenceRange batch) => writer.Int32(batch.First).Int32(batch.Count).Offset(batch.BaseOffset);

    private static SequenceRange ReadRange(ref CatalogReader reader) => new(reader.Int32(), reader.Int32(), reader.Offset());
}
