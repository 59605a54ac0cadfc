using Duramen.Core.Random;

namespace Duramen.Simulation.Disks;

/// <summary>
/// A file on a simulated disk: what reading shows (the page cache) and what the device holds. A write reaches the device with the next sync, or, in a power cut, in
/// whatever part and order chance decides, sector by sector.
/// </summary>
internal sealed class DiskFile
{
    private const int SectorBytes = 512;

    private byte[] _live = new byte[4096];
    private byte[] _device = new byte[4096];
    private int _cleanTo;

    /// <summary>The length that reading shows, in bytes.</summary>
    public int LengthBytes { get; private set; }

    /// <summary>Up to here every sync was a success; what is beyond may be on the device or not.</summary>
    public int SyncedBytes { get; private set; }

    /// <summary>Whether the device holds something else than what was synced. Reading may still show what it should, until the machine loses power.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>What reading shows.</summary>
    public ReadOnlySpan<byte> Live => _live.AsSpan(0, LengthBytes);

    /// <summary>What the device holds.</summary>
    public ReadOnlySpan<byte> Device => _device.AsSpan(0, Math.Min(_device.Length, LengthBytes));

    /// <summary>Room at the end for so many bytes, to be filled by the caller at once.</summary>
    public Span<byte> Append(int sizeBytes)
    {
        if (LengthBytes + sizeBytes > _live.Length)
        {
            Array.Resize(ref _live, Math.Max(_live.Length * 2, LengthBytes + sizeBytes));
            Array.Resize(ref _device, _live.Length);
        }

        Span<byte> room = _live.AsSpan(LengthBytes, sizeBytes);
        LengthBytes += sizeBytes;
        return room;
    }

    /// <summary>A sync that began when the file had this length ends well.</summary>
    public void Sync(int lengthBytes)
    {
        if (lengthBytes > _cleanTo)
        {
            _live.AsSpan(_cleanTo, lengthBytes - _cleanTo).CopyTo(_device.AsSpan(_cleanTo));
            _cleanTo = lengthBytes;
        }

        SyncedBytes = Math.Max(SyncedBytes, lengthBytes);
    }

    /// <summary>A sync fails: the pages count as clean, reading still shows them, and nothing will ever write them to the device.</summary>
    public void FailSync() => _cleanTo = LengthBytes;

    /// <summary>The machine loses power: of what was not synced, some sectors are there, some not, some hold something else.</summary>
    public void CutPower(Prng chance)
    {
        for (int sector = SyncedBytes / SectorBytes * SectorBytes; sector < LengthBytes; sector += SectorBytes)
        {
            int from = Math.Max(sector, SyncedBytes);
            int size = Math.Min(sector + SectorBytes, LengthBytes) - from;
            Span<byte> device = _device.AsSpan(from, size);
            switch (chance.NextInt32(4))
            {
                case 0:
                    device.Clear();
                    break;
                case 1:
                    chance.NextBytes(device);
                    break;
                default:
                    _live.AsSpan(from, size).CopyTo(device);
                    break;
            }
        }

        if (chance.NextBool(0.3))
        {
            LengthBytes = SyncedBytes;
        }

        _device.AsSpan(0, LengthBytes).CopyTo(_live);
        _cleanTo = LengthBytes;
    }

    /// <summary>Flips a bit at rest.</summary>
    public void Rot(long bit)
    {
        _device[(int)(bit / 8 % SyncedBytes)] ^= (byte)(1 << (int)(bit % 8));
        IsDamaged = true;
    }

    /// <summary>Something that was synced went to another place of the device, over what was there.</summary>
    public void Misdirect(long dice)
    {
        int from = (int)(dice % SyncedBytes);
        int to = (int)(dice / SyncedBytes % SyncedBytes);
        int size = Math.Min(SectorBytes, SyncedBytes - Math.Max(from, to));
        Span<byte> written = _device.AsSpan(from, size);
        byte[] bytes = written.ToArray();
        written.Clear();
        bytes.CopyTo(_device.AsSpan(to));
        IsDamaged = true;
    }

    /// <summary>A write finds no more room: what is behind this length is not there.</summary>
    public void CutShort(int lengthBytes) => LengthBytes = lengthBytes;

    /// <summary>The same bytes on another medium: what the device holds of what was synced.</summary>
    public DiskFile Copy()
    {
        var copy = new DiskFile();
        _device.AsSpan(0, SyncedBytes).CopyTo(copy.Append(SyncedBytes));
        copy.CutAndSync(SyncedBytes);
        return copy;
    }

    /// <summary>Cuts a torn end and makes the rest durable, as recovery does before it trusts what it read.</summary>
    public void CutAndSync(int lengthBytes)
    {
        LengthBytes = lengthBytes;
        _live.AsSpan(0, lengthBytes).CopyTo(_device);
        _cleanTo = lengthBytes;
        SyncedBytes = lengthBytes;
        IsDamaged = false;
    }
}
