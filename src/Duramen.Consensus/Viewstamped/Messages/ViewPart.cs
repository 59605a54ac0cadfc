using Duramen.Consensus.Memberships;
using Duramen.Consensus.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Viewstamped.Messages;

/// <summary>A part of the sender's log, and where the log of the view began. Holds the receiver's buffer.</summary>
public readonly ref struct ViewPart
{
    /// <summary>The size before the entries, in bytes.</summary>
    public const int FixedSizeBytes = sizeof(long) + LogPart.FixedSizeBytes;

    private ViewPart(EntryIndex start, LogPart log)
    {
        Start = start;
        Log = log;
    }

    /// <summary>The start of a view that has no log yet, or is not the sender's to start.</summary>
    public static EntryIndex NotStarted => new(long.MaxValue);

    /// <summary>From a primary: the last entry of the log with which its view began. From others <see cref="NotStarted"/>.</summary>
    public EntryIndex Start { get; }

    /// <summary>The part of the log; how far it is committed is the paper's commit-number.</summary>
    public LogPart Log { get; }

    /// <summary>Writes what stands before the part of the log.</summary>
    public static void WriteStart(ref SpanWriter writer, EntryIndex start) => writer.WriteInt64(start.Value);

    /// <summary>Reads a body; false unless the part of the log is valid, and made in views up to those of the era after the sender's.</summary>
    public static bool TryRead(SpanReader body, Epoch view, out ViewPart part)
    {
        bool isRead = body.TryReadInt64(out long start) & LogPart.TryRead(body, EraNumber.LastOfNext(view), out LogPart log);
        part = new ViewPart(new EntryIndex(start), log);
        return isRead;
    }
}
