using System.Collections;
using System.Globalization;
using Duramen.Kafka.Generator.Schemas;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Tests.Frames;

/// <summary>
/// A message as lines of text, one for each field in the order of the wire: <c>Name = value</c>, and <c>Name: count</c> before the elements of
/// an array. Tagged fields that are not written have no line.
/// </summary>
internal static class MessageText
{
    /// <summary>The lines of a message in a version.</summary>
    public static List<string> Lines(IKafkaMessage message, MessageVersion version)
    {
        var lines = new List<string>();
        Add(lines, message, version.Message.Root, version.Version);
        return lines;
    }

    /// <summary>The line of one value.</summary>
    public static string Line(Field field, object? value) => $"{field.Name} = {Text(value)}";

    /// <summary>The line before the elements of an array.</summary>
    public static string CountLine(Field field, int? count) => string.Create(CultureInfo.InvariantCulture, $"{field.Name}: {(count is null ? "null" : count)}");

    /// <summary>One value.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        byte[] bytes => "x" + Convert.ToHexString(bytes),
        ReadOnlyMemory<byte> bytes => Text(bytes.ToArray()),
        RecordBytes { IsNull: true } => "null",
        RecordBytes records => Text(records.ToMemory()),
        KafkaError error => error.WireName,
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no field holds {value.GetType()}", nameof(value)),
    };

    /// <summary>The paths of fields that the version does not have and that are nevertheless not as a new object has them.</summary>
    public static IEnumerable<string> NotDefault(object message, Structure structure, short version)
    {
        object fresh = Activator.CreateInstance(message.GetType())!;
        foreach (Field field in structure.Fields)
        {
            object? value = Value(message, field);
            if (!field.Versions.Has(version))
            {
                object? expected = Value(fresh, field);
                bool isSame = value is IList list ? expected is IList { Count: 0 } && list.Count == 0 : Text(value) == Text(expected);
                if (!isSame)
                {
                    yield return $"{structure.Path}.{field.Name}";
                }
            }
            else if (field.Structure is not null && value is not null)
            {
                foreach (object element in value as IEnumerable ?? new[] { value })
                {
                    foreach (string path in NotDefault(element, field.Structure, version))
                    {
                        yield return path;
                    }
                }
            }
        }
    }

    /// <summary>The value of a property.</summary>
    public static object? Value(object message, Field field) => message.GetType().GetProperty(field.Name)!.GetValue(message);

    private static void Add(List<string> lines, object message, Structure structure, short version)
    {
        object fresh = Activator.CreateInstance(message.GetType())!;
        foreach (Field field in structure.Untagged.Concat(structure.Tagged).Where(field => field.Versions.Has(version)))
        {
            object? value = Value(message, field);
            bool isLeftOut = field.Tag is not null && (field.IsArray ? value is not IList { Count: > 0 }
                : field.Structure is not null ? value is null
                : Text(value) == Text(Value(fresh, field)));
            if (isLeftOut)
            {
                continue;
            }

            if (!field.IsArray)
            {
                if (field.Structure is null)
                {
                    lines.Add(Line(field, value));
                }
                else
                {
                    Add(lines, value!, field.Structure, version);
                }

                continue;
            }

            lines.Add(CountLine(field, (value as IList)?.Count));
            foreach (object? element in value as IList ?? Array.Empty<object>())
            {
                if (field.Structure is null)
                {
                    lines.Add(Line(field, element));
                }
                else
                {
                    Add(lines, element!, field.Structure, version);
                }
            }
        }
    }
}
