using System.Buffers.Binary;
using Duramen.Core.Binary;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// The content of a block of versions, its checksum excluded: the entries, behind them all values, and before them where to find a key. An entry with another key than the
/// one before begins a <em>group</em>, and so does one behind <see cref="GroupMaxVersions"/> of the same key.
/// <code>
/// 2       number of groups, n
/// 4       length of the entries
/// n       of each group, a byte of its key's hash
/// n * 4   of each group, where its first entry begins among the entries, and that entry's value among the values, 2 bytes each
///         the entries, as in BlockEntry
///         the values
/// </code>
/// A search compares one byte of each group, all of them side by side, and reads entries of one key only. All of that lies close together, in the first lines of the block.
/// </summary>
internal readonly ref struct VersionBlock
{
    /// <summary>So many versions are read on the way to the one that is looked for, at most.</summary>
    public const int GroupMaxVersions = 8;

    /// <summary>What a block has before its groups.</summary>
    public const int HeaderBytes = sizeof(ushort) + sizeof(int);

    /// <summary>What a group takes beside its entries.</summary>
    public const int GroupBytes = 1 + (2 * sizeof(ushort));

    private readonly ReadOnlySpan<byte> _content;
    private readonly int _groups;
    private readonly int _entriesStart;

    private VersionBlock(ReadOnlySpan<byte> content, int groups, int entriesStart, int entriesEnd)
    {
        _content = content;
        _groups = groups;
        _entriesStart = entriesStart;
        EntriesEnd = entriesEnd;
    }

    /// <summary>What a search ended with.</summary>
    public enum Search
    {
        /// <summary>The version was found.</summary>
        Found,

        /// <summary>There is none in this block.</summary>
        NotFound,

        /// <summary>The bytes are no versions.</summary>
        Malformed,
    }

    /// <summary>Where the entries end in the content, and the values begin.</summary>
    public int EntriesEnd { get; }

    /// <summary>Opens a block; false when the content can be none.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> content, out VersionBlock block)
    {
        block = default;
        if (content.Length < HeaderBytes)
        {
            return false;
        }

        int groups = BinaryPrimitives.ReadUInt16BigEndian(content);
        uint entries = BinaryPrimitives.ReadUInt32BigEndian(content[sizeof(ushort)..]);
        int entriesStart = HeaderBytes + (groups * GroupBytes);
        if (groups == 0 || entries == 0 || entriesStart + (long)entries > content.Length)
        {
            return false;
        }

        block = new VersionBlock(content, groups, entriesStart, entriesStart + (int)entries);
        return true;
    }

    /// <summary>The byte of a hash that stands for it in a block; filters do not use it.</summary>
    public static byte FingerprintOf(in KeyHash hash) => (byte)(hash.First >> 56);

    /// <summary>An entry before the first, to be moved on from.</summary>
    public BlockEntry Start() => BlockEntry.Before(_entriesStart, EntriesEnd);

    /// <summary>Moves to the next entry; false behind the last, and when the bytes are none: then <see cref="BlockEntry.IsMalformed"/>.</summary>
    public bool MoveNext(ref BlockEntry entry) => entry.MoveNext(_content, EntriesEnd);

    /// <summary>The first version of a key below an offset, which is less the run's first.</summary>
    public Search Find(ReadOnlySpan<byte> key, in KeyHash hash, long belowDelta, out BlockEntry entry)
    {
        byte fingerprint = FingerprintOf(hash);
        ReadOnlySpan<byte> fingerprints = _content.Slice(HeaderBytes, _groups);
        for (int group = 0; group < _groups; group++)
        {
            int step = fingerprints[group..].IndexOf(fingerprint);
            if (step < 0)
            {
                break;
            }

            group += step;
            entry = BeforeGroup(group);
            if (!MoveNext(ref entry))
            {
                return Search.Malformed;
            }

            if (!entry.IsSameKey && _content.Slice(entry.KeyStart, entry.KeyLength).SequenceEqual(key))
            {
                return entry.OffsetDelta < belowDelta ? Search.Found : FindBehind(group, belowDelta, ref entry);
            }
        }

        entry = default;
        return Search.NotFound;
    }

    // Behind the first entry of a key's first group.
    private Search FindBehind(int group, long belowDelta, ref BlockEntry entry)
    {
        // On to the last group of the key that does not begin below the offset: the version is there, or the first of the group behind.
        while (++group < _groups)
        {
            BlockEntry ahead = BeforeGroup(group);
            if (!MoveNext(ref ahead))
            {
                return Search.Malformed;
            }

            if (!ahead.IsSameKey || ahead.OffsetDelta < belowDelta)
            {
                break;
            }

            (ahead.KeyStart, ahead.KeyLength) = (entry.KeyStart, entry.KeyLength);
            entry = ahead;
        }

        while (MoveNext(ref entry) && entry.IsSameKey)
        {
            if (entry.OffsetDelta < belowDelta)
            {
                return Search.Found;
            }
        }

        return entry.IsMalformed ? Search.Malformed : Search.NotFound;
    }

    private BlockEntry BeforeGroup(int group)
    {
        ReadOnlySpan<byte> starts = _content.Slice(HeaderBytes + _groups + (group * (GroupBytes - 1)), GroupBytes - 1);
        return BlockEntry.Before(
            _entriesStart + BinaryPrimitives.ReadUInt16BigEndian(starts), EntriesEnd + BinaryPrimitives.ReadUInt16BigEndian(starts[sizeof(ushort)..]));
    }
}
