using Duramen.Core.Ids;
using Duramen.State.Entities.Indexing;
using Duramen.State.Store;

namespace Duramen.State.Entities;

/// <summary>Reads pages out of a snapshot of an index.</summary>
internal static class EntityReader
{
    public static EntityPage Read(IStoreSnapshot snapshot, EntityKey key, EntityRead read, Offset start)
    {
        Offset asOf = read.AsOf ?? snapshot.Position;
        byte[] recordsKey = IndexKeys.OfRecords(key.Bytes.Span);
        EntityVersion version = EntityIndex.HeadOf(snapshot, recordsKey, start, asOf).Version;
        var records = new List<EntityRecord>();
        using (IVersionCursor cursor = snapshot.History(recordsKey))
        {
            while (cursor.MoveNext() && cursor.Current.Offset < asOf)
            {
                EntityVersion current = IndexedRecord.VersionOf(cursor.Current);
                bool isBefore = read.From is { } from && (read.IsBackwards ? current > from : current < from);
                if (cursor.Current.Offset >= start && !isBefore)
                {
                    records.Add(IndexedRecord.Read(cursor.Current));
                }
            }
        }

        if (read.IsBackwards)
        {
            records.Reverse();
        }

        long sizeBytes = 0;
        for (int index = 0; index < records.Count; index++)
        {
            sizeBytes += records[index].Value?.Length ?? 0;
            if (index > 0 && (index >= read.MaxRecords || sizeBytes > read.MaxBytes))
            {
                EntityVersion next = records[index].Version;
                records.RemoveRange(index, records.Count - index);
                return new EntityPage(version, records, next);
            }
        }

        return new EntityPage(version, records, null);
    }
}
