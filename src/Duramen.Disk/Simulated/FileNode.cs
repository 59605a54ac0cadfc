using Duramen.Disk.Memory;

namespace Duramen.Disk.Simulated;

/// <summary>A file apart from its names: what reading shows, what the device holds, and what lies between.</summary>
internal sealed class FileNode
{
    /// <summary>The unit in which room is given out, as on common file systems.</summary>
    public const int BlockBytes = 4096;

    private readonly List<PendingChange> _pending = [];
    private PendingChange? _inFlight;
    private HashSet<long> _blocks = [];
    private HashSet<long> _durableBlocks = [];
    private bool _blocksChanged;

    public FileNode()
        : this(new MemoryFileContent(BlockBytes))
    {
    }

    private FileNode(MemoryFileContent content)
    {
        Live = content;
        Durable = content.Copy();
    }

    /// <summary>What reading shows: the page cache.</summary>
    public MemoryFileContent Live { get; private set; }

    /// <summary>What the device certainly holds.</summary>
    public MemoryFileContent Durable { get; private set; }

    public int Blocks => _blocks.Count;

    public bool Locked { get; set; }

    public void Write(ReadOnlySpan<byte> data, long position, bool durable)
    {
        if (data.IsEmpty)
        {
            return;
        }

        Live.Write(data, position);
        if (durable && _pending.Count == 0)
        {
            Durable.Write(data, position);
        }
        else
        {
            _pending.Add(new PendingChange(data.ToArray(), position, durable));
        }
    }

    /// <summary>Notes the direct write during which the machine went down.</summary>
    public void WriteInFlight(ReadOnlySpan<byte> data, long position) => _inFlight = new PendingChange(data.ToArray(), position);

    public void SetLength(long lengthBytes)
    {
        Live.SetLength(lengthBytes);
        _pending.Add(new PendingChange(null, lengthBytes));
        _blocks.RemoveWhere(block => block * BlockBytes >= lengthBytes);
        _blocksChanged = true;
    }

    /// <summary>Gives blocks to a range while there are free ones; returns how many bytes from its beginning have a block.</summary>
    public long Allocate(long position, long lengthBytes, long freeBlocks)
    {
        for (long block = position / BlockBytes; block * BlockBytes < position + lengthBytes; block++)
        {
            if (!_blocks.Contains(block))
            {
                if (freeBlocks-- <= 0)
                {
                    return Math.Max(0, (block * BlockBytes) - position);
                }

                _blocks.Add(block);
                _blocksChanged = true;
            }
        }

        return lengthBytes;
    }

    public void Sync()
    {
        foreach (PendingChange change in _pending)
        {
            change.ApplyTo(Durable);
        }

        _pending.Clear();
        if (_blocksChanged)
        {
            _durableBlocks = [.. _blocks];
            _blocksChanged = false;
        }
    }

    /// <summary>A sync failed: the pages count as clean, so that nothing will ever write them back.</summary>
    public void LosePending()
    {
        foreach (PendingChange change in _pending)
        {
            if (change.IsDurable)
            {
                change.ApplyTo(Durable);
            }
        }

        _pending.Clear();
    }

    /// <summary>What a direct read gets: dirty pages are written back before it, clean ones are passed by, whatever they show.</summary>
    public int ReadDevice(Span<byte> destination, long position)
    {
        if (_pending.Count == 0)
        {
            return Durable.Read(destination, position);
        }

        MemoryFileContent device = Durable.Copy();
        foreach (PendingChange change in _pending)
        {
            change.ApplyTo(device);
        }

        return device.Read(destination, position);
    }

    /// <summary>The page cache gives up its clean pages: what a failed sync lost is no longer shown.</summary>
    public void EvictCache()
    {
        Live = Durable.Copy();
        foreach (PendingChange change in _pending)
        {
            change.ApplyTo(Live);
        }
    }

    /// <summary>The process died in a system call, which the kernel finishes or has not begun.</summary>
    public void SettleInFlight(SplitMix64 random)
    {
        if (_inFlight is PendingChange change && random.Coin())
        {
            Write(change.Data, change.Position, durable: true);
        }

        _inFlight = null;
    }

    /// <summary>Turns a stored bit round wherever it is stored.</summary>
    public void FlipBit(long byteIndex, int bit)
    {
        Flip(Live, byteIndex, bit);
        Flip(Durable, byteIndex, bit);
        foreach (PendingChange change in _pending)
        {
            long index = byteIndex - change.Position;
            if (change.Data is not null && index >= 0 && index < change.Data.Length)
            {
                change.Data[index] ^= (byte)(1 << bit);
            }
        }
    }

    /// <summary>Replaces everything, durably.</summary>
    public void Restore(ReadOnlySpan<byte> content)
    {
        Live = new MemoryFileContent(BlockBytes);
        Live.Write(content, 0);
        Durable = Live.Copy();
        _pending.Clear();
        _blocks = [];
        Allocate(0, content.Length, long.MaxValue);
        _durableBlocks = [.. _blocks];
    }

    /// <summary>A copy with all that is pending still pending.</summary>
    public FileNode Copy()
    {
        var copy = new FileNode
        {
            Live = Live.Copy(),
            Durable = Durable.Copy(),
            _inFlight = _inFlight,
            _blocks = [.. _blocks],
            _durableBlocks = [.. _durableBlocks],
            _blocksChanged = _blocksChanged,
        };
        foreach (PendingChange change in _pending)
        {
            copy._pending.Add(change with { Data = (byte[]?)change.Data?.Clone() });
        }

        return copy;
    }

    /// <summary>One of the states that a power cut may leave of this file.</summary>
    public FileNode AfterPowerCut(SplitMix64 random)
    {
        MemoryFileContent content = Durable.Copy();
        var fate = new PowerCutFate(random);
        foreach (PendingChange change in _pending)
        {
            fate.Apply(change, content);
        }

        if (_inFlight is PendingChange last)
        {
            fate.Apply(last, content);
        }

        var after = new FileNode(content) { _blocks = [.. _durableBlocks] };
        after.Allocate(0, content.Length, long.MaxValue);
        after._durableBlocks = [.. after._blocks];
        return after;
    }

    private static void Flip(MemoryFileContent content, long byteIndex, int bit)
    {
        Span<byte> value = stackalloc byte[1];
        if (content.Read(value, byteIndex) == 1)
        {
            value[0] ^= (byte)(1 << bit);
            content.Write(value, byteIndex);
        }
    }
}
