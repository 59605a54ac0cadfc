using System.Globalization;
using Duramen.Simulation.Faults;
using Duramen.Simulation.Protocols;

namespace Duramen.Simulation.Reports;

/// <summary>Many seeds, one after the other, until they are done or one fails.</summary>
public sealed class Campaign
{
    private readonly string _protocol;
    private readonly string _mutant;
    private readonly Reduction _reduction;
    private readonly bool _isBeyond;

    /// <summary>Runs of a protocol; with a rule broken if a mutant is named, and with more disks lost than a group can do without if that is asked.</summary>
    public Campaign(string protocol, string mutant = "", Reduction? reduction = null, bool isBeyond = false)
    {
        _isBeyond = isBeyond;
        _protocol = protocol;
        _mutant = mutant;
        _reduction = reduction ?? new Reduction();
        Situations = [.. Enum.GetValues<Situation>().Except(ProtocolCatalog.ForeignTo(protocol))];
    }

    /// <summary>The protocols there are.</summary>
    public static IEnumerable<string> Protocols => ProtocolCatalog.Names;

    /// <summary>Seeds that were run.</summary>
    public long Seeds { get; private set; }

    /// <summary>Events in all of them.</summary>
    public long Events { get; private set; }

    /// <summary>Their virtual time, in microseconds.</summary>
    public long VirtualUs { get; private set; }

    /// <summary>Faults of their schedules.</summary>
    public long Faults { get; private set; }

    /// <summary>Messages lost, doubled, damaged or replayed.</summary>
    public long Mistreated { get; private set; }

    /// <summary>Requests answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Groups that lost more than they can do without and stopped.</summary>
    public long Halted { get; private set; }

    /// <summary>Stands for all that happened.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Which situations came up.</summary>
    public Coverage Coverage { get; } = new();

    /// <summary>The situations that can come up in the protocol.</summary>
    public IReadOnlyList<Situation> Situations { get; }

    /// <summary>Those of them that did not.</summary>
    public IReadOnlyList<Situation> Missed => [.. Situations.Where(situation => Coverage[situation] == 0)];

    /// <summary>The run that failed; null while none did.</summary>
    public SimulationResult? Failure { get; private set; }

    /// <summary>Runs one seed; false when it failed.</summary>
    public bool Run(ulong seed)
    {
        SimulationResult result = SimulationRun.Run(_reduction.Apply(Swarm.Draw(seed, _protocol, _mutant, _isBeyond)));
        Seeds++;
        Events += result.Events;
        VirtualUs += result.VirtualUs;
        Faults += result.Faults;
        Mistreated += result.Mistreated;
        Answered += result.Answered;
        Halted += result.IsHalted ? 1 : 0;
        Hash = Digest.Mix(Hash, result.Hash);
        Coverage.Add(result.Coverage);
        Failure ??= result.IsGood ? null : result;
        return result.IsGood;
    }

    /// <summary>The command that repeats a run.</summary>
    public string Repeat(SimulationResult result, Reduction reduction)
    {
        ArgumentNullException.ThrowIfNull(result);
        string mutant = (_isBeyond ? " --beyond" : "") + (_mutant.Length == 0 ? "" : $" --mutant {_mutant}");
        string reduced = reduction?.ToString() ?? "";
        return string.Create(
            CultureInfo.InvariantCulture, $"duramen simulate --protocol {_protocol} --seed {result.Options.Seed}{mutant}{(reduced.Length == 0 ? "" : " ")}{reduced}");
    }
}
