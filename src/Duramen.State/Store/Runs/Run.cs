using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Duramen.Core.Checksums;
using Duramen.Disk;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Runs;

/// <summary>
/// A file of versions that is written once: those of all keys that were put between two offsets, sorted by key, and of one key the newest first. Index and filter
/// are in memory. Counted: the file is closed, and deleted when it was replaced, once the last reference is released. Safe for several threads.
/// </summary>
internal sealed class Run
{
    public const int ChecksumBytes = sizeof(uint);

    private readonly IDisk _disk;
    private readonly IDiskFile _file;
    private readonly BlockCache _cache;
    private readonly CachedBlocks _cached;
    private readonly KeyFilter _filter;
    private readonly RunHealth _health;
    private volatile Action<Run>? _replaced;

    private Run(
        IDisk disk, IDiskFile file, BlockCache cache, RunHealth health, in RunState state, in RunFooter footer, BlockIndex index, ChangeIndex changes, KeyFilter filter)
    {
        _health = health;
        _disk = disk;
        _file = file;
        _cache = cache;
        _cached = new CachedBlocks(index.Count);
        _filter = filter;
        References = new References(Free);
        State = state;
        Footer = footer;
        Index = index;
        Changes = changes;
    }

    /// <summary>Who has the run open.</summary>
    public References References { get; }

    public RunState State { get; }

    public RunFooter Footer { get; }

    public BlockIndex Index { get; }

    public ChangeIndex Changes { get; }

    public string Path => _file.Path;

    /// <summary>The memory in use, in bytes, blocks in the cache excluded.</summary>
    public long MemoryBytes => Index.SizeBytes + _filter.SizeBytes + _cached.SizeBytes + (Changes.Count * 2L * sizeof(long));

    /// <summary>Opens a run; the caller has the first reference.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>: the file is not the one that was written.</exception>
    public static Run Open(IDisk disk, string folder, in RunState state, BlockCache cache, RunHealth health)
    {
        string path = $"{folder}/{RunName.Of(state.Number)}";
        if (!disk.FileExists(path))
        {
            throw StoreRefusals.Damaged(path, "the file is missing");
        }

        IDiskFile file = disk.Open(path, DiskFileMode.Existing);
        try
        {
            return Open(disk, file, state, cache, health);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The newest version of a key as of an offset: the block it is in and where it is there.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, in KeyHash hash, long asOf, out byte[] block, out BlockEntry entry)
    {
        if (_filter.MayHave(hash))
        {
            int number = Index.Find(key, asOf - 1);
            if (number >= 0)
            {
                block = ReadBlock(number);
                if (FindInBlock(block, number, key, hash, asOf, out entry))
                {
                    return true;
                }
            }

            // Versions of one key may go on in the next block, where the first of them is then older than what was looked for.
            number++;
            if (number < Index.Count && Index.BeginsWith(number, key))
            {
                block = ReadBlock(number);
                return FindInBlock(block, number, key, hash, asOf, out entry);
            }
        }

        block = [];
        entry = default;
        return false;
    }

    /// <summary>Whether the run may have a key.</summary>
    public bool MayHave(in KeyHash hash) => _filter.MayHave(hash);

    /// <summary>A version for a reader, from an entry in one of the run's blocks.</summary>
    public VersionView View(byte[] block, scoped in BlockEntry entry) => new(
        block.AsSpan(entry.KeyStart, entry.KeyLength),
        entry.ValueLength < 0 ? default : (Core.Binary.NullableBytes)block.AsSpan(entry.ValueStart, entry.ValueLength),
        new Core.Ids.Offset(Footer.From.Value + entry.OffsetDelta),
        Footer.BaseTimestampMs + entry.TimestampDelta);

    /// <summary>A block of versions, its checksum verified and included, from the cache if it is there.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    public byte[] ReadBlock(int number)
    {
        if (_cached.TryGet(number, out byte[]? cached))
        {
            return cached;
        }

        byte[] block = GC.AllocateUninitializedArray<byte>(Index.SizeOf(number));
        ReadExactly(block, Index.PositionOf(number));
        Verify(block, Index.PositionOf(number));
        _cache.Add(_cached, number, block);
        return block;
    }

    /// <summary>The versions of a block that was verified, its checksum excluded.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    public VersionBlock Versions(ReadOnlySpan<byte> content, int number) =>
        VersionBlock.TryOpen(content, out VersionBlock block) ? block : throw Malformed(Index.PositionOf(number));

    /// <summary>Reads bytes of the file, all of which must be there.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    public void ReadExactly(Span<byte> target, long position)
    {
        int read = _file.Read(target, position);
        if (read < target.Length)
        {
            throw Damaged(FormattableString.Invariant($"the file ends at byte {position + read} and should reach byte {position + target.Length}"));
        }
    }

    /// <summary>The content of a block, once its checksum is verified.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrors.Damaged"/>.</exception>
    public ReadOnlySpan<byte> Verify(ReadOnlySpan<byte> block, long position)
    {
        ReadOnlySpan<byte> content = block[..^ChecksumBytes];
        return Crc32C.Compute(content) == BinaryPrimitives.ReadUInt32BigEndian(block[^ChecksumBytes..])
            ? content
            : throw Damaged(FormattableString.Invariant($"the {block.Length} bytes at byte {position} do not give their checksum"));
    }

    /// <summary>Whose checksum is right and whose content is not: what a bug wrote, or who forged it.</summary>
    public StoreException Malformed(long position) =>
        Damaged(FormattableString.Invariant($"the block at byte {position} holds what no version is"));

    /// <summary>
    /// Says that another run has all that is in this one. When the last reference is released the run is given away, to be deleted: to free a large file takes tens of milliseconds, and whoever
    /// lets go of it last may be a reader who asked for one key.
    /// </summary>
    public void Replace(Action<Run> unused) => _replaced = unused;

    /// <summary>Closes the file and deletes it; once, when nobody reads it any more.</summary>
    public void Delete()
    {
        try
        {
            _disk.DeleteGradually(_file);
        }
        catch (DiskException)
        {
            // What no manifest names is deleted when the store is opened the next time.
        }
        finally
        {
            Close();
        }
    }

    private void Free()
    {
        if (_replaced is { } unused)
        {
            unused(this);
        }
        else
        {
            Close();
        }
    }

    private void Close()
    {
        _file.Dispose();
        _cache.Forget(_cached);
    }

    private static Run Open(IDisk disk, IDiskFile file, in RunState state, BlockCache cache, RunHealth health)
    {
        byte[] bytes = new byte[RunFooter.SizeBytes];
        long footerPosition = state.SizeBytes - RunFooter.SizeBytes;
        if (footerPosition < 0
            || file.Length != state.SizeBytes
            || file.Read(bytes, footerPosition) < bytes.Length
            || !RunFooter.TryRead(bytes, out RunFooter footer)
            || footer.Number != state.Number
            || footer.From != state.From
            || footer.To != state.To
            || footer.FooterPosition != footerPosition)
        {
            throw StoreRefusals.Damaged(file.Path, "it does not end as the manifest says");
        }

        byte[] blockBytes = new byte[LengthOf(footer.BlockIndexPosition, footer.ChangeIndexPosition)];
        ReadPart(file, footer.BlockIndexPosition, blockBytes);
        BlockIndex? index = BlockIndex.TryRead(blockBytes, footer.BlockCount, footer.From.Value, footer.ChangesPosition);
        byte[] changeBytes = new byte[LengthOf(footer.ChangeIndexPosition, footer.FilterPosition)];
        ReadPart(file, footer.ChangeIndexPosition, changeBytes);
        ChangeIndex? changes = ChangeIndex.TryRead(changeBytes, footer.ChangeBlockCount, footer.From.Value, footer.ChangesPosition, footer.BlockIndexPosition);
        ulong[] filterWords = new ulong[LengthOf(footer.FilterPosition, footer.FooterPosition) / sizeof(ulong)];
        ReadPart(file, footer.FilterPosition, MemoryMarshal.AsBytes(filterWords.AsSpan()));
        KeyFilter? filter = KeyFilter.TryRead(filterWords);
        return index is null || changes is null || filter is null
            ? throw StoreRefusals.Damaged(file.Path, "its index is none")
            : new Run(disk, file, cache, health, state, footer, index, changes, filter);
    }

    /// <summary>The length of a part without its checksum.</summary>
    private static int LengthOf(long from, long to) => checked((int)Math.Max(0, to - from - ChecksumBytes));

    /// <summary>Reads a part whose checksum is behind it.</summary>
    private static void ReadPart(IDiskFile file, long position, Span<byte> part)
    {
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        if (file.Read(part, position) < part.Length
            || file.Read(checksum, position + part.Length) < ChecksumBytes
            || Crc32C.Compute(part) != BinaryPrimitives.ReadUInt32BigEndian(checksum))
        {
            throw StoreRefusals.Damaged(file.Path, FormattableString.Invariant($"the index or filter at byte {position} does not give its checksum"));
        }
    }

    private StoreException Damaged(string what) => _health.Report(StoreRefusals.Damaged(Path, what));

    private bool FindInBlock(byte[] block, int number, ReadOnlySpan<byte> key, in KeyHash hash, long asOf, out BlockEntry entry) =>
        Versions(block.AsSpan(..^ChecksumBytes), number).Find(key, hash, asOf - Footer.From.Value, out entry) switch
        {
            VersionBlock.Search.Found => true,
            VersionBlock.Search.Malformed => throw Malformed(Index.PositionOf(number)),
            _ => false,
        };
}
