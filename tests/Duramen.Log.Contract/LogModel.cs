using Duramen.Core.Ids;

namespace Duramen.Log.Contract;

/// <summary>The log as a plain list: what every other log is compared with.</summary>
internal sealed class LogModel(CommitRule rule)
{
    private readonly List<Entry> _entries = [];

    private readonly record struct Entry(long Base, long Next, long[] TimestampsMs, byte[] Bytes);

    public long Start { get; private set; }

    public long Committed { get; private set; }

    public long End { get; private set; }

    public LogWatermarks Watermarks => new(new(Start), new(Committed), new(End), new(End));

    public void Append(IEnumerable<long[]> batches, Func<long[], byte[]> make, LeaderEpoch epoch)
    {
        foreach (long[] timestampsMs in batches)
        {
            _entries.Add(new Entry(End, End + timestampsMs.Length, timestampsMs, TestBatch.Stamped(make(timestampsMs), new Offset(End), epoch)));
            End += timestampsMs.Length;
        }

        Committed = rule == CommitRule.WhenDurable ? End : Committed;
    }

    /// <summary>What a read gives, or null when it is refused.</summary>
    public (byte[] Bytes, long Next)? Read(long from, ReadLimits limits)
    {
        if (from < Start || from > Committed)
        {
            return null;
        }

        List<byte> bytes = [];
        long next = from;
        long records = 0;
        foreach (Entry entry in _entries.Where(entry => entry.Next > from && entry.Next <= Committed))
        {
            if (bytes.Count > 0 && (records >= limits.MaxRecords || bytes.Count + entry.Bytes.Length > limits.MaxBytes))
            {
                break;
            }

            bytes.AddRange(entry.Bytes);
            records += entry.Next - entry.Base;
            next = entry.Next;
        }

        return ([.. bytes], next);
    }

    public TimestampMatch? Find(long timestampMs)
    {
        foreach (Entry entry in _entries.Where(entry => entry.Next <= Committed))
        {
            for (int index = 0; index < entry.TimestampsMs.Length; index++)
            {
                if (entry.Base + index >= Start && entry.TimestampsMs[index] >= timestampMs)
                {
                    return new TimestampMatch(new Offset(entry.Base + index), entry.TimestampsMs[index]);
                }
            }
        }

        return null;
    }

    /// <summary>Whether the trim is allowed; if so it is done.</summary>
    public bool Trim(long newStart)
    {
        if (newStart > Committed)
        {
            return false;
        }

        Start = Math.Max(Start, newStart);
        return true;
    }

    /// <summary>Whether the truncation is allowed; if so it is done.</summary>
    public bool Truncate(long newEnd)
    {
        if (newEnd < Committed)
        {
            return false;
        }

        _entries.RemoveAll(entry => entry.Next > newEnd);
        End = _entries.Count == 0 ? 0 : _entries[^1].Next;
        return true;
    }

    public void Advance(long told)
    {
        foreach (Entry entry in _entries.Where(entry => entry.Next <= told))
        {
            Committed = Math.Max(Committed, entry.Next);
        }
    }
}
