using System.Reflection;
using Duramen.Consensus.Contract;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Protocols;

/// <summary>What the simulator must know of a protocol.</summary>
/// <param name="Name">The word for it in commands.</param>
/// <param name="TypeName">Its class, which has a constructor that takes its options; there is one in the product and one with mutants.</param>
/// <param name="OptionsOf">Its options in a run.</param>
/// <param name="MakeChecks">Makes the checker of what it promises.</param>
/// <param name="Own">Situations that come up in no other protocol.</param>
internal sealed record ProtocolEntry(
    string Name,
    string TypeName,
    Func<SimulationOptions, object> OptionsOf,
    Func<GroupChecks, IProtocolChecks> MakeChecks,
    IReadOnlyList<Situation> Own)
{
    /// <summary>How many of so many voters must keep their disks; more than half of them where nothing else is said.</summary>
    public Func<SimulationOptions, int, int> Survivors { get; init; } = static (_, voters) => (voters / 2) + 1;

    /// <summary>Makes the protocol for a run: the product's own, or the one whose rules can be broken when a mutant is to be on.</summary>
    public IProtocol Make(SimulationOptions options)
    {
        bool isProduct = options.Mutant.Length == 0 || MutantCatalog.IsOfHost(options.Mutant);
        Assembly assembly = isProduct ? typeof(IProtocol).Assembly : MutantCatalog.SwitchOn(options.Mutant);
        return (IProtocol)Activator.CreateInstance(assembly.GetType(TypeName, throwOnError: true)!, OptionsOf(options))!;
    }
}
