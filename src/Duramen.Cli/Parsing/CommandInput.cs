using System.Globalization;

namespace Duramen.Cli.Parsing;

/// <summary>The arguments and options that a command was called with.</summary>
internal sealed class CommandInput
{
    private readonly Command _command;
    private readonly List<string> _arguments = [];
    private readonly Dictionary<string, List<string>> _options = new(StringComparer.Ordinal);

    private CommandInput(Command command) => _command = command;

    /// <summary>Sorts the words after a command's name into arguments and options.</summary>
    /// <exception cref="UsageException">An option does not exist or lacks its value, or there are too few or too many arguments.</exception>
    public static CommandInput Parse(Command command, ReadOnlySpan<string> words)
    {
        var input = new CommandInput(command);
        bool areOptionsOver = false;
        for (int at = 0; at < words.Length; at++)
        {
            string word = words[at];
            if (areOptionsOver || !IsOption(word))
            {
                input._arguments.Add(word);
            }
            else if (word == "--")
            {
                areOptionsOver = true;
            }
            else
            {
                input.AddOption(word, words, ref at);
            }
        }

        foreach (string word in words)
        {
            // The runtime puts this in the place of bytes that are not UTF-8; two names that differ only there would be one.
            if (word.Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw input.Wrong("An argument is not valid UTF-8");
            }
        }

        input.CheckArguments();
        return input;
    }

    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary>An argument by its place; null when it is optional and was not given.</summary>
    public string? Argument(int index) => index < _arguments.Count ? _arguments[index] : null;

    /// <summary>The value of an option; null when it was not given.</summary>
    public string? Text(string option) => _options.GetValueOrDefault(option)?[0];

    /// <summary>The values of an option that may be given several times, in their order.</summary>
    public IReadOnlyList<string> Texts(CommandOption option) => _options.GetValueOrDefault(option.Name) ?? [];

    /// <summary>The value of an option that takes a whole number; null when it was not given.</summary>
    public long? Number(CommandOption option)
    {
        if (Text(option.Name) is not string text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && number >= option.Range!.Min && number <= option.Range.Max
                ? number
                : throw Wrong($"{option.Name} is '{text}' and must be a whole number, {option.Range}");
    }

    /// <summary>The value of an option that is one of a few words; the first of them when it was not given.</summary>
    public string Choice(string option, params ReadOnlySpan<string> choices)
    {
        if (Text(option) is not string text)
        {
            return choices[0];
        }

        return choices.Contains(text) ? text : throw Wrong($"{option} is '{text}' and must be one of: {string.Join(", ", choices.ToArray())}");
    }

    /// <summary>An error about how this command was called.</summary>
    public UsageException Wrong(string message) => new(message + ".", Hint);

    // An SQL query may begin with a comment: two dashes and a space.
    private static bool IsOption(string word) => word is ['-', _, ..] and not ['-', '-', ' ' or '\t' or '\r' or '\n', ..];

    private string Hint => $"See 'duramen {_command.Name} --help'.";

    private UsageException Unknown(string option)
    {
        IEnumerable<string> known = _command.Options.Select(static known => known.Name).Append("--help");
        return new UsageException($"Unknown option '{option}'.{NearestWord.Ask(option, known)}", Hint);
    }

    private void AddOption(string word, ReadOnlySpan<string> words, ref int at)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word : word[..equals];
        CommandOption option = _command.Options.FirstOrDefault(option => option.Name == name) ?? throw Unknown(name);
        string value = "";
        if (option.Value is null)
        {
            if (equals >= 0)
            {
                throw Wrong($"{name} takes no value");
            }
        }
        else if (equals >= 0)
        {
            value = word[(equals + 1)..];
        }
        else if (at + 1 < words.Length)
        {
            value = words[++at];
        }
        else
        {
            throw Wrong($"{name} needs a value, {option.Value}");
        }

        if (!_options.TryAdd(name, [value]))
        {
            if (!option.IsRepeatable)
            {
                throw Wrong($"{name} is given twice");
            }

            _options[name].Add(value);
        }
    }

    private void CheckArguments()
    {
        if (_arguments.Count > _command.Arguments.Count)
        {
            throw Wrong($"'{_arguments[_command.Arguments.Count]}' is one argument too many");
        }

        for (int index = 0; index < _command.Arguments.Count; index++)
        {
            CommandArgument argument = _command.Arguments[index];
            if (index >= _arguments.Count ? !argument.IsOptional : _arguments[index].Length == 0)
            {
                throw Wrong($"{argument.Name} is {(index >= _arguments.Count ? "missing" : "empty")}");
            }
        }
    }
}
