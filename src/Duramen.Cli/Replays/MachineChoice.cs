using System.Reflection;
using Duramen.Cli.UserFiles;
using Duramen.Core.Errors;
using Duramen.State.Replication;
using Duramen.State.Tables;

namespace Duramen.Cli.Replays;

/// <summary>The projection or machine of a user's assembly that is meant.</summary>
internal static class MachineChoice
{
    /// <summary>Makes it: an <see cref="IProjection"/> or an <see cref="IStateMachine"/>.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="name">The name of the class, with its namespace or without; null when there is only one.</param>
    /// <exception cref="DuramenException"><see cref="CliErrors.FileUnreadable"/>, <see cref="CliErrors.AssemblyUnusable"/>, <see cref="CliErrors.MachineUnusable"/>.</exception>
    public static object Make(string path, string? name)
    {
        IReadOnlyList<Type> types = UserAssembly.TypesOf(UserAssembly.Load(path));
        Type[] candidates = [.. types.Where(IsReplayable)];
        Type[] named = name is null ? candidates : [.. types.Where(type => type.FullName == name || type.Name == name)];
        string list = candidates.Length == 0 ? "It has none." : $"It has {string.Join(", ", candidates.Select(type => type.FullName))}.";
        Type chosen = named switch
        {
            [var only] => only,
            [] when name is null => throw Unusable($"{path} has no class that is an IProjection or an IStateMachine", "Name another assembly."),
            [] => throw Unusable($"{path} has no class '{name}'", list),
            _ => throw Unusable($"{path} has several classes that could be meant", $"Say which with --machine. {list}"),
        };
        if (!IsReplayable(chosen))
        {
            throw Unusable($"{chosen.FullName} is no class that is an IProjection or an IStateMachine", list);
        }

        if (chosen.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is not { } constructor)
        {
            throw Unusable($"{chosen.FullName} has no constructor without arguments", "Give it one, or replay it from a test of your own with Replay.Of(log).");
        }

        try
        {
            return constructor.Invoke(null);
        }
        catch (TargetInvocationException cause)
        {
            throw Unusable($"The constructor of {chosen.FullName} failed with {cause.InnerException!.GetType().Name}: {cause.InnerException.Message}", "Correct it.", cause.InnerException);
        }
    }

    private static bool IsReplayable(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && (typeof(IProjection).IsAssignableFrom(type) || typeof(IStateMachine).IsAssignableFrom(type));

    private static DuramenException Unusable(string message, string remedy, Exception? cause = null) => new(CliErrors.MachineUnusable, $"{message}.", remedy, cause);
}
