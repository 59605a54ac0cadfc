using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Ids;

namespace Duramen.Consensus.Zab.Peers;

/// <summary>What a replica that looks for a leader knows of one other voter.</summary>
internal sealed class Looker
{
    private const int Never = int.MaxValue;
    private int _ticksSinceLook = Never;
    private int _ticksSinceSupport = Never;

    /// <summary>Its history.</summary>
    public HistoryEnd End { get; private set; }

    /// <summary>Whether it said that it hears this replica.</summary>
    public bool HearsMe { get; private set; }

    /// <summary>Whether it was told that this replica hears it.</summary>
    public bool IsTold { get; set; }

    /// <summary>The epoch that it accepted last, if it would follow this replica.</summary>
    public Epoch Accepted { get; private set; }

    /// <summary>Whether it was heard within so many ticks.</summary>
    public bool IsHeard(int ticks) => _ticksSinceLook < ticks;

    /// <summary>Whether it said within so many ticks that it would follow this replica.</summary>
    public bool IsSupporter(int ticks) => _ticksSinceSupport < ticks;

    public void Hear(in Look look)
    {
        _ticksSinceLook = 0;
        End = look.End;
        HearsMe = look.HearsYou;
    }

    public void Support(Epoch accepted)
    {
        _ticksSinceSupport = 0;
        Accepted = accepted;
    }

    public void Tick()
    {
        _ticksSinceLook += _ticksSinceLook == Never ? 0 : 1;
        _ticksSinceSupport += _ticksSinceSupport == Never ? 0 : 1;
    }
}
