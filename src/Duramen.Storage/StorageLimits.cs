using Duramen.Disk;

namespace Duramen.Storage;

/// <summary>The fixed numbers of the storage formats, with the reasons for them.</summary>
internal static class StorageLimits
{
    /// <summary>The unit of the journal: every group begins on one, so that a torn write never touches a synced group.</summary>
    public const int JournalBlockBytes = AlignedBuffer.AlignmentBytes;

    /// <summary>The smallest journal file: a group of a few blocks must fit.</summary>
    public const int JournalFileMinBytes = 16 << 10;

    /// <summary>The fewest journal files: one is written while the other is given back.</summary>
    public const int JournalFilesMin = 2;

    /// <summary>The most journal files: their names have three digits.</summary>
    public const int JournalFilesMax = 1000;

    /// <summary>
    /// The largest group buffer. Past it a longer group only adds latency: one mebibyte takes 0.4 ms on a disk that needs 0.1 ms for any write.
    /// </summary>
    public const int GroupBufferBytes = 1 << 20;

    /// <summary>Appends larger than this go straight to their segment; only their header is journaled, so that large data is written once.</summary>
    public const int DirectAppendMinBytes = 128 << 10;

    /// <summary>The direct bytes of one group: as much again as would make a sync take longer than it saves.</summary>
    public const int DirectGroupMaxBytes = 8 << 20;

    /// <summary>
    /// The bytes of segment that one index entry covers at least. A read verifies whole intervals, so this is also the least that is read:
    /// 16 KiB cost 2 µs from the page cache, and an index of 2 MiB per GiB of data.
    /// </summary>
    public const int IndexIntervalBytes = 16 << 10;

    /// <summary>The largest segment: positions in indexes and journal entries are unsigned 32-bit.</summary>
    public const long SegmentMaxBytes = 2L << 30;

    /// <summary>The smallest segment size that may be configured; smaller ones only exist to make tests roll often.</summary>
    public const int SegmentMinBytes = 256;

    /// <summary>The largest single append: it must fit a segment with room to spare and be read into one buffer.</summary>
    public const int AppendMaxBytes = 256 << 20;

    /// <summary>The longest name of a log in UTF-8 bytes; it must fit a journal group many times over.</summary>
    public const int NameMaxBytes = 4096;

    /// <summary>Room reserved ahead of a segment's end at a time, so that an append finds out about a full disk before it has offsets.</summary>
    public const int ReserveStepBytes = 4 << 20;
}
