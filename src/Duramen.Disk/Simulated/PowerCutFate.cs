using Duramen.Disk.Memory;

namespace Duramen.Disk.Simulated;

/// <summary>
/// Chooses what a power cut does to the unsynced changes of one file or folder. Changes that survive are applied in the order they were
/// made: any other order of writes leaves, sector by sector, what some other choice of survivors leaves.
/// </summary>
internal sealed class PowerCutFate
{
    /// <summary>The unit that a device writes whole or not at all.</summary>
    public const int SectorBytes = 512;

    private readonly SplitMix64 _random;
    private readonly Style _style;

    public PowerCutFate(SplitMix64 random)
    {
        _random = random;

        // With every change decided alone, long runs would hardly ever survive or vanish as a whole, which is what real machines do most.
        _style = (Style)random.Below(4);
    }

    private enum Style
    {
        NothingSurvives,
        EverythingSurvives,
        EachForItself,
        MostlyTorn,
    }

    private enum Fate
    {
        Lost,
        Kept,
        Torn,
        LengthOnly,
    }

    /// <summary>Whether a change that cannot be torn, such as that of a name, survives.</summary>
    public bool Survives() => _style switch
    {
        Style.NothingSurvives => false,
        Style.EverythingSurvives => true,
        _ => _random.Coin(),
    };

    public void Apply(in PendingChange change, MemoryFileContent content)
    {
        switch (change.IsDurable ? Fate.Kept : Choose(change.Data is null))
        {
            case Fate.Kept:
                change.ApplyTo(content);
                break;
            case Fate.Torn:
                Tear(change.Data!, change.Position, content);
                break;
            case Fate.LengthOnly:
                content.SetLength(Math.Max(content.Length, change.Position + change.Data!.Length));
                break;
        }
    }

    private Fate Choose(bool whole) => _style switch
    {
        _ when whole => Survives() ? Fate.Kept : Fate.Lost,
        Style.NothingSurvives => Fate.Lost,
        Style.EverythingSurvives => Fate.Kept,
        Style.MostlyTorn when _random.Below(4) != 0 => Fate.Torn,
        _ => (Fate)_random.Below(4),
    };

    private void Tear(byte[] data, long position, MemoryFileContent content)
    {
        Span<byte> other = stackalloc byte[SectorBytes];
        for (int done = 0; done < data.Length;)
        {
            int count = (int)Math.Min(data.Length - done, SectorBytes - ((position + done) % SectorBytes));
            switch (_random.Below(6))
            {
                case 0:
                    other.Clear();
                    content.Write(other[..count], position + done);
                    break;
                case 1:
                    _random.Fill(other);
                    content.Write(other[..count], position + done);
                    break;
                case 2 or 3:
                    content.Write(data.AsSpan(done, count), position + done);
                    break;
            }

            done += count;
        }

        if (_random.Coin())
        {
            content.SetLength(Math.Max(content.Length, position + data.Length));
        }
    }
}
