namespace Duramen.Cli.Parsing;

/// <summary>One command: what it is called, what it takes, and what runs it.</summary>
internal sealed record Command
{
    /// <summary>The words that call it, <c>log append</c> for example.</summary>
    public required string Name { get; init; }

    /// <summary>One line for the list of commands.</summary>
    public required string Summary { get; init; }

    /// <summary>What else the help says, in whole lines; may be empty.</summary>
    public string Description { get; init; } = "";

    public required IReadOnlyList<CommandArgument> Arguments { get; init; }

    public IReadOnlyList<CommandOption> Options { get; init; } = [];

    /// <summary>Command lines as a user would type them.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Whether it runs until it is told to stop, so that stopping on a signal is success.</summary>
    public bool RunsUntilStopped { get; init; }

    /// <summary>Does the work; returns the exit code.</summary>
    public required Func<CommandInput, CancellationToken, Task<int>> Run { get; init; }

    /// <summary>The command with what it takes, on one line.</summary>
    public string Usage
    {
        get
        {
            IEnumerable<string> arguments = Arguments.Select(argument => argument.IsOptional ? $"[{argument.Name}]" : argument.Name);
            return string.Join(' ', [$"duramen {Name}", .. arguments, .. Options.Count > 0 ? ["[options]"] : Array.Empty<string>()]);
        }
    }
}
