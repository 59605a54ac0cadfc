using System.Text;

namespace Duramen.Cli.Parsing;

/// <summary>The help, made from the commands themselves, so that it lists what exists and nothing else.</summary>
internal static class HelpText
{
    /// <summary>Where the second column begins.</summary>
    public const int TextColumn = 36;

    /// <summary>The line above the examples.</summary>
    public const string Examples = "Examples:";

    private const int ColumnWidth = TextColumn - 2;

    /// <summary>The help of the program, or of a group of commands such as <c>log</c>.</summary>
    public static string Of(IReadOnlyList<Command> commands, string group)
    {
        var text = new StringBuilder();
        text.Append("Duramen: an append-only log that does not lose what it acknowledged.\n\n");
        text.Append(group.Length == 0 ? "Usage: duramen COMMAND [arguments] [options]\n\nCommands:\n" : $"Usage: duramen {group} COMMAND [arguments] [options]\n\nCommands:\n");
        foreach (Command command in commands)
        {
            if (group.Length == 0 || command.Name.StartsWith(group + " ", StringComparison.Ordinal))
            {
                string arguments = string.Join(' ', command.Arguments.Select(argument => argument.IsOptional ? $"[{argument.Name}]" : argument.Name));
                Row(text, $"{command.Name} {arguments}", command.Summary);
            }
        }

        text.Append("\nOptions:\n");
        Row(text, "--help, -h", "this text, or after a command's name that command's help with examples");
        if (group.Length == 0)
        {
            Row(text, "--version", "the version of this program");
        }

        text.Append("\nData goes to standard output, everything else to standard error. Exit code 0: done; 1: failed; 2: wrong usage; 130: interrupted (SIGINT); 143: terminated (SIGTERM).\n");
        return text.ToString();
    }

    /// <summary>The help of one command.</summary>
    public static string Of(Command command)
    {
        var text = new StringBuilder();
        text.Append($"{command.Summary}\n\nUsage: {command.Usage}\n");
        if (command.Description.Length > 0)
        {
            text.Append('\n').Append(command.Description).Append('\n');
        }

        if (command.Arguments.Count > 0)
        {
            text.Append("\nArguments:\n");
        }

        foreach (CommandArgument argument in command.Arguments)
        {
            Row(text, argument.Name, argument.Help);
        }

        text.Append("\nOptions:\n");
        foreach (CommandOption option in command.Options)
        {
            Row(text, option.Value is null ? option.Name : $"{option.Name} {option.Value}", option.Range is null ? option.Help : $"{option.Help}; {option.Range}");
        }

        Row(text, "--help, -h", "this text");
        text.Append($"\n{Examples}\n");
        foreach (string example in command.Examples)
        {
            text.Append("  ").Append(example).Append('\n');
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, string left, string right) =>
        text.Append("  ").Append(left.PadRight(ColumnWidth)).Append(left.Length >= ColumnWidth ? " " : "").Append(right).Append('\n');
}
